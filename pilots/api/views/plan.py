"""What a pilot is judged by: metrics, goals, stop triggers, candidates."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import documented_problems
from pilots.api.serializers.plan import (
    CandidateSerializer,
    GoalSerializer,
    MetricSerializer,
    StopTriggerSerializer,
)
from pilots.api.views.base import ListView
from pilots.api.views.pilots import PilotPage
from pilots.models import Candidate, Goal, Metric, StopTrigger

PROBLEMS = documented_problems(400, 401, 403, 404)


class MetricList(ListModelMixin, ListView):
    serializer_class = MetricSerializer
    pagination_class = PilotPage

    def get_queryset(self) -> QuerySet[Metric]:
        return Metric.objects.filter(pilot=self.pilot)

    @extend_schema(
        operation_id="metrics",
        summary="What is measured, and how it is compared",
        description="Scope read.",
        responses={200: MetricSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class GoalList(ListModelMixin, ListView):
    serializer_class = GoalSerializer
    pagination_class = PilotPage

    def get_queryset(self) -> QuerySet[Goal]:
        return Goal.objects.filter(metric__pilot=self.pilot).select_related("metric")

    @extend_schema(
        operation_id="goals",
        summary="What must be proven before go",
        description="Scope read.",
        responses={200: GoalSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class StopTriggerList(ListModelMixin, ListView):
    serializer_class = StopTriggerSerializer
    pagination_class = PilotPage

    def get_queryset(self) -> QuerySet[StopTrigger]:
        return StopTrigger.objects.filter(metric__pilot=self.pilot).select_related("metric")

    @extend_schema(
        operation_id="stop_triggers",
        summary="What stops the pilot",
        description="Scope read.",
        responses={200: StopTriggerSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class CandidateList(ListModelMixin, ListView):
    serializer_class = CandidateSerializer
    pagination_class = PilotPage

    def get_queryset(self) -> QuerySet[Candidate]:
        return Candidate.objects.filter(pilot=self.pilot).select_related("deployment")

    @extend_schema(
        operation_id="candidates",
        summary="What is under trial",
        description="Scope read.",
        responses={200: CandidateSerializer(many=True), **PROBLEMS},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)
