import hashlib
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.http import parse_etags
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import CursorPage, documented_problems
from pilots.api import callers
from pilots.api.filters import PilotFilter, with_newest_verdict
from pilots.api.renderers import JSON
from pilots.api.serializers.pilots import PilotSerializer
from pilots.api.views.base import View
from pilots.models import Pilot


class PilotPage(CursorPage):
    ordering = "id"


class PilotList(ListModelMixin, View):
    serializer_class = PilotSerializer
    pagination_class = PilotPage
    filter_backends = [DjangoFilterBackend]
    filterset_class = PilotFilter
    parameters = {"GET": CursorPage.parameters | PilotFilter.base_filters.keys()}

    def get_queryset(self) -> QuerySet[Pilot]:
        return with_newest_verdict(callers.visible_pilots(self.request))

    @extend_schema(
        operation_id="pilots",
        summary="The pilots you may see, each with its flag",
        description="Scope read.",
        responses={200: PilotSerializer(many=True), **documented_problems(400, 401, 403, 422)},
    )
    def get(self, request: Request) -> Response:
        return self.list(request)


class PilotDetail(View):
    serializer_class = PilotSerializer
    pagination_class = None

    @extend_schema(
        operation_id="pilot",
        summary="One pilot with its newest flag",
        description="Scope read. Send the ETag of an earlier answer as If-None-Match to learn cheaply that nothing changed.",
        parameters=[
            OpenApiParameter(
                "If-None-Match", str, OpenApiParameter.HEADER, description="ETag of an earlier answer."
            ),
            OpenApiParameter(
                "ETag", str, OpenApiParameter.HEADER, response=[200, 304], description="Of this answer."
            ),
        ],
        responses={
            200: PilotSerializer,
            304: OpenApiResponse(description="Nothing changed since that ETag."),
            **documented_problems(400, 401, 403, 404),
        },
    )
    def get(self, request: Request, slug: str) -> Response:
        pilot = with_newest_verdict(callers.visible_pilots(request)).filter(slug=slug).first()
        if pilot is None:
            raise Http404
        shown = PilotSerializer(pilot).data
        etag = _etag(shown)
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if etag in known or known == ["*"]:
            return Response(status=304, headers={"ETag": etag})
        return Response(shown, headers={"ETag": etag})


def _etag(shown: Any) -> str:
    """Changes whenever anything in the answer does."""
    return f'"{hashlib.sha256(JSON().render(shown)).hexdigest()[:32]}"'
