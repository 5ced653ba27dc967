"""What the machine says, and whether a rollout may go on."""

from typing import cast

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import CursorPage, Problem, documented_problems
from pilots.api.options import choice
from pilots.api.serializers.records import GateSerializer, VerdictSerializer
from pilots.api.views.base import ListView, View
from pilots.models import Verdict
from pilots.queries import verdicts

REQUIREMENTS: tuple[verdicts.Requirement, ...] = ("go", "not_stop")


class NewestVerdict(View):
    serializer_class = VerdictSerializer
    pagination_class = None

    @extend_schema(
        operation_id="verdict",
        summary="The newest verdict with its evidence",
        description="Scope read. 404 with the code no_verdict until the pilot has been judged for the first time.",
        responses={200: VerdictSerializer, **documented_problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        verdict = verdicts.newest(self.pilot)
        if verdict is None:
            raise Problem(
                status=404,
                code="no_verdict",
                detail="Not judged yet: the first verdict comes within minutes of the pilot's start.",
            )
        return Response(VerdictSerializer(verdict).data)


class VerdictPage(CursorPage):
    """A record of evidence is some tens of kilobytes."""

    page_size = 20
    max_page_size = 100
    ordering = "-number"


class VerdictList(ListModelMixin, ListView):
    serializer_class = VerdictSerializer
    pagination_class = VerdictPage

    def get_queryset(self) -> QuerySet[Verdict]:
        return Verdict.objects.filter(pilot=self.pilot)

    @extend_schema(
        operation_id="verdicts",
        summary="Every verdict with its evidence, newest first",
        description="Scope read.",
        responses={200: VerdictSerializer(many=True), **documented_problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class Gate(View):
    serializer_class = GateSerializer
    pagination_class = None
    parameters = {"GET": frozenset({"require"})}

    @extend_schema(
        operation_id="gate",
        summary="May a rollout go on?",
        description="Scope read. Always 200 for a pilot that exists: look at `pass`. No verdict yet is never a pass.",
        parameters=[
            OpenApiParameter("require", str, enum=REQUIREMENTS, default="go", description="What passes.")
        ],
        responses={200: GateSerializer, **documented_problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        require = cast(verdicts.Requirement, choice(request.query_params, "require", REQUIREMENTS))
        answer = verdicts.gate(self.pilot, require=require, now=timezone.now())
        return Response(GateSerializer(answer).data)
