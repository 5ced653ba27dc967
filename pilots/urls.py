from django.urls import path

from pilots.views.board import board
from pilots.views.pilot import pilot
from pilots.views.sign import sign

app_name = "pilots"

urlpatterns = [
    path("", board, name="board"),
    path("p/<slug:slug>/", pilot, name="pilot"),
    path("p/<slug:slug>/sign/", sign, name="sign"),
]
