from django.urls import path

from pilots.views import (
    amendments,
    anchors,
    exports,
    failures,
    incidents,
    memo,
    notes,
    notifications,
    pictures,
    removal,
    review,
    saved_views,
    seconds,
    sources,
)
from pilots.views.board import board
from pilots.views.dependence import accept_change
from pilots.views.logbook import logbook
from pilots.views.minimum import minimum
from pilots.views.nudge import nudge
from pilots.views.pilot import pilot
from pilots.views.rehearsal import rehearsal
from pilots.views.rows import rows
from pilots.views.sign import sign
from pilots.views.trends import trends_page
from pilots.views.usability import rate

app_name = "pilots"

urlpatterns = [
    path("", board, name="board"),
    path("views/", saved_views.save, name="save-view"),
    path("views/<int:pk>/delete/", saved_views.delete, name="delete-view"),
    path("p/<slug:slug>/", pilot, name="pilot"),
    path("p/<slug:slug>/sign/", sign, name="sign"),
    path("p/<slug:slug>/sign/<int:number>/", seconds.first, name="first-signature"),
    path("p/<slug:slug>/sign/<int:number>/second/", seconds.second, name="sign-second"),
    path("p/<slug:slug>/sign/<int:number>/decline/", seconds.decline, name="sign-decline"),
    path("p/<slug:slug>/memo/", memo.memo, name="memo"),
    path("p/<slug:slug>/memo/answers/<slug:question>/", memo.answer, name="memo-answer"),
    path("p/<slug:slug>/memo/comments/<slug:question>/", memo.comment, name="memo-comment"),
    path("p/<slug:slug>/memo/proposal/", memo.propose, name="memo-propose"),
    path("p/<slug:slug>/memo/draft.<str:shape>", memo.export, name="memo-export"),
    path("p/<slug:slug>/decisions/<int:number>/", memo.signed, name="decision"),
    path("p/<slug:slug>/decisions/<int:number>/memo.<str:shape>", memo.signed_file, name="decision-file"),
    path("p/<slug:slug>/removal/", removal.index, name="removal"),
    path("p/<slug:slug>/removal/<int:number>/done/", removal.tick, name="removal-done"),
    path("p/<slug:slug>/removal/finish/", removal.finish, name="removal-finish"),
    path("board.<str:shape>", exports.board, name="board-export"),
    path("p/<slug:slug>/export.zip", exports.pilot, name="pilot-export"),
    path("notifications/", notifications.index, name="notifications"),
    path("calendar/<str:token>.ics", notifications.calendar, name="calendar"),
    path("p/<slug:slug>/messages/", notifications.pilot_routes, name="routes"),
    path("p/<slug:slug>/messages/<int:pk>/test/", notifications.send_test, name="route-test"),
    path("p/<slug:slug>/messages/<int:pk>/remove/", notifications.remove_route, name="route-remove"),
    path("p/<slug:slug>/plan/", amendments.plan, name="plan"),
    path("p/<slug:slug>/plan/<int:number>/second/", amendments.second, name="plan-second"),
    path("p/<slug:slug>/plan/<int:number>/decline/", amendments.decline, name="plan-decline"),
    path("p/<slug:slug>/incidents/", incidents.index, name="incidents"),
    path("p/<slug:slug>/incidents/<int:pk>/withdraw/", incidents.withdraw, name="incident-withdraw"),
    path("p/<slug:slug>/sources/", sources.index, name="sources"),
    path("p/<slug:slug>/sources/pace/", sources.pace, name="source-pace"),
    path("p/<slug:slug>/sources/<int:number>/second/", sources.second, name="quarantine-second"),
    path("p/<slug:slug>/sources/<int:number>/decline/", sources.decline, name="quarantine-decline"),
    path("p/<slug:slug>/sources/<int:number>/release/", sources.release, name="quarantine-release"),
    path("p/<slug:slug>/canary/<int:pk>/accept/", accept_change, name="accept-change"),
    path("p/<slug:slug>/minimum/", minimum, name="minimum"),
    path("p/<slug:slug>/log/", logbook, name="logbook"),
    path("p/<slug:slug>/notes/", notes.note, name="note"),
    path("p/<slug:slug>/usability/", rate, name="usability"),
    path("p/<slug:slug>/nudge/", nudge, name="nudge"),
    path("p/<slug:slug>/rows/", rows, name="rows"),
    path("p/<slug:slug>/failures/", failures.gallery, name="failures"),
    path("p/<slug:slug>/failures/tag/", failures.tag, name="tag-failures"),
    path("p/<slug:slug>/failures/<int:pk>/promote/", failures.promote, name="promote-failure"),
    path("p/<slug:slug>/failures/<int:pk>/pictures/", pictures.add, name="add-picture"),
    path("p/<slug:slug>/failures/<int:pk>/pictures/<int:number>/", pictures.show, name="picture"),
    path("review/", review.inbox, name="review-inbox"),
    path("p/<slug:slug>/review/", review.queue, name="review"),
    path("p/<slug:slug>/review/next/", review.take, name="review-next"),
    path("p/<slug:slug>/review/<int:number>/", review.judge, name="review-judge"),
    path("p/<slug:slug>/review/<int:number>/active/", review.active, name="review-active"),
    path("p/<slug:slug>/anchors/", anchors.index, name="anchors"),
    path("p/<slug:slug>/trends/", trends_page, name="trends"),
    path("p/<slug:slug>/rehearse/", rehearsal, name="rehearse"),
]
