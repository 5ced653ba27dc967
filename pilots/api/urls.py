from django.urls import path

from pilots.api.views import decisions, findings, measurements, pilots, plan, rehearsals, verdicts

urlpatterns = [
    # First, since addresses are tried in their order and this one is asked for most.
    path("pilots/<slug:slug>/measurements/", measurements.MeasurementList.as_view(), name="measurements"),
    path("pilots/", pilots.PilotList.as_view(), name="pilots"),
    path("pilots/<slug:slug>/", pilots.PilotDetail.as_view(), name="pilot"),
    path("pilots/<slug:slug>/transitions/", pilots.Transition.as_view(), name="transitions"),
    path("pilots/<slug:slug>/metrics/", plan.MetricList.as_view(), name="metrics"),
    path("pilots/<slug:slug>/metrics/<slug:key>/", plan.MetricDetail.as_view(), name="metric"),
    path("pilots/<slug:slug>/goals/", plan.GoalList.as_view(), name="goals"),
    path("pilots/<slug:slug>/goals/<int:id>/", plan.GoalDetail.as_view(), name="goal"),
    path("pilots/<slug:slug>/stop-triggers/", plan.StopTriggerList.as_view(), name="stop-triggers"),
    path("pilots/<slug:slug>/stop-triggers/<int:id>/", plan.StopTriggerDetail.as_view(), name="stop-trigger"),
    path(
        "pilots/<slug:slug>/stop-triggers/<int:pk>/rehearse/",
        rehearsals.Rehearse.as_view(),
        name="rehearse",
    ),
    path("pilots/<slug:slug>/candidates/", plan.CandidateList.as_view(), name="candidates"),
    path("pilots/<slug:slug>/candidates/<slug:candidate>/", plan.CandidateDetail.as_view(), name="candidate"),
    path("pilots/<slug:slug>/verdict/", verdicts.NewestVerdict.as_view(), name="verdict"),
    path("pilots/<slug:slug>/verdicts/", verdicts.VerdictList.as_view(), name="verdicts"),
    path("pilots/<slug:slug>/gate/", verdicts.Gate.as_view(), name="gate"),
    path("pilots/<slug:slug>/failures/", findings.FailureList.as_view(), name="failures"),
    path("pilots/<slug:slug>/reviews/", findings.ReviewList.as_view(), name="reviews"),
    path("pilots/<slug:slug>/decisions/", decisions.DecisionList.as_view(), name="decisions"),
]
