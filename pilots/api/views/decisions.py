from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import Problem, documented_problems
from pilots.api import callers
from pilots.api.permissions import ScopeOrRole
from pilots.api.serializers.records import DecisionSerializer
from pilots.api.views.base import ListView
from pilots.models import Decision


class DecisionList(ListModelMixin, ListView):
    """Decisions are read here. They are signed on the page, by the named decider."""

    serializer_class = DecisionSerializer

    def get_permissions(self) -> list[Any]:
        # A token that may not even write must still learn why no token can.
        return [IsAuthenticated()] if self.request.method == "POST" else [ScopeOrRole()]

    def get_queryset(self) -> QuerySet[Decision]:
        return Decision.objects.filter(pilot=self.pilot).select_related("signed_by", "verdict")

    @extend_schema(
        operation_id="decisions",
        summary="What people signed, newest first",
        description="Scope read.",
        responses={200: DecisionSerializer(many=True), **documented_problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)

    @extend_schema(
        operation_id="decision_refused",
        summary="Refused: a decision needs a person",
        description="Always 403 with the code decision_needs_person. The decider signs on the pilot's page.",
        request=None,
        responses={**documented_problems(401, 403, 404, 405)},
    )
    def post(self, request: Request, slug: str) -> Response:
        pilot = self.pilot
        if callers.token(request) is None:
            raise MethodNotAllowed("POST")
        page = request.build_absolute_uri(pilot.get_absolute_url())
        raise Problem(
            status=403,
            code="decision_needs_person",
            detail=f"A token never signs a decision. {pilot.decider} signs on {page}",
        )
