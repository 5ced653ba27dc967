"""What a pilot is judged by: metrics, goals, stop triggers, candidates."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import documented_problems
from config.api_schema import ETAG, IF_MATCH, WRITE
from pilots.api.serializers import plan
from pilots.api.views.parts import PartDetail, PartList, PartView
from pilots.models import Candidate, Goal, Metric, StopTrigger

PROBLEMS = documented_problems(400, 401, 403, 404)
ADDING = (
    "Scope admin. Once the pilot runs, this amends its plan and needs a `reason`. 202: it loosens the plan, so a second "
    "person must agree on the page."
)
EDITING = ADDING + " The name of a row never changes."


class Metrics(PartView):
    serializer_class = plan.MetricSerializer
    edit_serializer = plan.MetricEditSerializer
    name = "key"

    def get_queryset(self) -> QuerySet[Metric]:
        return Metric.objects.filter(pilot=self.pilot)


class MetricList(Metrics, PartList):
    detail_name = "api:metric"

    @extend_schema(
        operation_id="metrics",
        summary="What is measured, and how it is compared",
        description="Scope read.",
        responses={200: plan.MetricSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.listed()

    @extend_schema(
        operation_id="metrics_add",
        summary="Add a metric",
        description=ADDING,
        parameters=[ETAG],
        responses={201: plan.MetricSerializer, 202: plan.AmendmentSerializer, **WRITE},
    )
    def post(self, request: Request, slug: str) -> Response:
        return self.added(request)


class MetricDetail(Metrics, PartDetail):
    @extend_schema(
        operation_id="metric",
        summary="One metric",
        description="Scope read.",
        parameters=[ETAG],
        responses={200: plan.MetricSerializer, **PROBLEMS},
    )
    def get(self, request: Request, slug: str, key: str) -> Response:
        return self.read()

    @extend_schema(
        operation_id="metric_edit",
        summary="Edit a metric",
        description=EDITING,
        parameters=[IF_MATCH, ETAG],
        request=plan.MetricEditSerializer,
        responses={200: plan.MetricSerializer, 202: plan.AmendmentSerializer, **WRITE},
    )
    def patch(self, request: Request, slug: str, key: str) -> Response:
        return self.edited(request)


class Goals(PartView):
    serializer_class = plan.GoalSerializer
    edit_serializer = plan.GoalEditSerializer
    name = "id"

    def get_queryset(self) -> QuerySet[Goal]:
        return Goal.objects.filter(metric__pilot=self.pilot).select_related("metric")


class GoalList(Goals, PartList):
    detail_name = "api:goal"

    @extend_schema(
        operation_id="goals",
        summary="What must be proven before go",
        description="Scope read.",
        responses={200: plan.GoalSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.listed()

    @extend_schema(
        operation_id="goals_add",
        summary="Give a metric a goal",
        description=ADDING,
        parameters=[ETAG],
        responses={201: plan.GoalSerializer, 202: plan.AmendmentSerializer, **WRITE},
    )
    def post(self, request: Request, slug: str) -> Response:
        return self.added(request)

    def key(self, sent: dict[str, Any]) -> dict[str, Any]:
        return {"metric__key": sent["metric"]["key"]}


class GoalDetail(Goals, PartDetail):
    @extend_schema(
        operation_id="goal",
        summary="One goal",
        description="Scope read.",
        parameters=[ETAG],
        responses={200: plan.GoalSerializer, **PROBLEMS},
    )
    def get(self, request: Request, slug: str, id: int) -> Response:
        return self.read()

    @extend_schema(
        operation_id="goal_edit",
        summary="Edit a goal",
        description=EDITING,
        parameters=[IF_MATCH, ETAG],
        request=plan.GoalEditSerializer,
        responses={200: plan.GoalSerializer, 202: plan.AmendmentSerializer, **WRITE},
    )
    def patch(self, request: Request, slug: str, id: int) -> Response:
        return self.edited(request)


class StopTriggers(PartView):
    serializer_class = plan.StopTriggerSerializer
    edit_serializer = plan.StopTriggerEditSerializer
    name = "id"

    def get_queryset(self) -> QuerySet[StopTrigger]:
        return StopTrigger.objects.filter(metric__pilot=self.pilot).select_related("metric")


class StopTriggerList(StopTriggers, PartList):
    detail_name = "api:stop-trigger"

    @extend_schema(
        operation_id="stop_triggers",
        summary="What stops the pilot",
        description="Scope read.",
        responses={200: plan.StopTriggerSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.listed()

    @extend_schema(
        operation_id="stop_triggers_add",
        summary="Give a metric a stop trigger",
        description=ADDING,
        parameters=[ETAG],
        responses={201: plan.StopTriggerSerializer, 202: plan.AmendmentSerializer, **WRITE},
    )
    def post(self, request: Request, slug: str) -> Response:
        return self.added(request)

    def key(self, sent: dict[str, Any]) -> dict[str, Any]:
        return {"metric__key": sent["metric"]["key"]}


class StopTriggerDetail(StopTriggers, PartDetail):
    @extend_schema(
        operation_id="stop_trigger",
        summary="One stop trigger",
        description="Scope read.",
        parameters=[ETAG],
        responses={200: plan.StopTriggerSerializer, **PROBLEMS},
    )
    def get(self, request: Request, slug: str, id: int) -> Response:
        return self.read()

    @extend_schema(
        operation_id="stop_trigger_edit",
        summary="Edit a stop trigger",
        description=EDITING,
        parameters=[IF_MATCH, ETAG],
        request=plan.StopTriggerEditSerializer,
        responses={200: plan.StopTriggerSerializer, 202: plan.AmendmentSerializer, **WRITE},
    )
    def patch(self, request: Request, slug: str, id: int) -> Response:
        return self.edited(request)


class Candidates(PartView):
    serializer_class = plan.CandidateSerializer
    edit_serializer = plan.CandidateEditSerializer
    name, parameter = "slug", "candidate"

    def get_queryset(self) -> QuerySet[Candidate]:
        return Candidate.objects.filter(pilot=self.pilot).select_related("deployment", "prompt__suite")


class CandidateList(Candidates, PartList):
    detail_name = "api:candidate"

    @extend_schema(
        operation_id="candidates",
        summary="What is under trial",
        description="Scope read.",
        responses={200: plan.CandidateSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.listed()

    @extend_schema(
        operation_id="candidates_add",
        summary="Add a candidate",
        description=ADDING,
        parameters=[ETAG],
        responses={201: plan.CandidateSerializer, 202: plan.AmendmentSerializer, **WRITE},
    )
    def post(self, request: Request, slug: str) -> Response:
        return self.added(request)


class CandidateDetail(Candidates, PartDetail):
    @extend_schema(
        operation_id="candidate",
        summary="One candidate",
        description="Scope read.",
        parameters=[ETAG],
        responses={200: plan.CandidateSerializer, **PROBLEMS},
    )
    def get(self, request: Request, slug: str, candidate: str) -> Response:
        return self.read()

    @extend_schema(
        operation_id="candidate_edit",
        summary="Edit a candidate",
        description=EDITING,
        parameters=[IF_MATCH, ETAG],
        request=plan.CandidateEditSerializer,
        responses={200: plan.CandidateSerializer, 202: plan.AmendmentSerializer, **WRITE},
    )
    def patch(self, request: Request, slug: str, candidate: str) -> Response:
        return self.edited(request)
