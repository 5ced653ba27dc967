from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import CursorPage, Problem, documented_problems
from pilots import permissions
from pilots.actions import gathering, measurements, reach
from pilots.actions.measurement_report import Report
from pilots.api import bodies, callers, idempotency, options, reports
from pilots.api.filters import MeasurementFilter
from pilots.api.parsers import MEASUREMENT_PARSERS, Body
from pilots.api.renderers import JSON, Lines, Table
from pilots.api.serializers.measurements import (
    MeasurementSerializer,
    PostedMeasurementSerializer,
    ReportSerializer,
)
from pilots.api.views.base import View
from pilots.models import Measurement, Pilot
from pilots.models.token import Scope
from pilots.queries import measurement_export
from pilots.queries.measurement_export import Shape

ROW = {"$ref": "#/components/schemas/PostedMeasurementRequest"}
POSTED = {
    "oneOf": [
        ROW,
        {"type": "array", "items": ROW, "maxItems": bodies.MOST_ROWS},
        {
            "type": "object",
            "properties": {bodies.ENVELOPE: {"type": "array", "items": ROW, "maxItems": bodies.MOST_ROWS}},
            "required": [bodies.ENVELOPE],
            "additionalProperties": False,
        },
    ]
}
POST_PARAMETERS = [
    OpenApiParameter("atomic", bool, default=False, description="All rows or none."),
    OpenApiParameter("dry_run", bool, default=False, description="Check everything, store nothing."),
    OpenApiParameter(
        "on_conflict", str, enum=["keep", "replace"], default="keep",
        description="What to do with other values under a known external_id; replacing is kept in the audit log.",
    ),
    OpenApiParameter(
        "items", str, enum=["all", "none"], default="all", description="none: leave good rows out of the answer."
    ),
    OpenApiParameter(
        "Idempotency-Key", str, OpenApiParameter.HEADER,
        description="A repeat with the same key and body gets the first answer again.",
    ),
    OpenApiParameter(
        "Idempotency-Replayed", str, OpenApiParameter.HEADER, response=[201, 207, 422],
        description="true when this is the first answer again.",
    ),
]  # fmt: skip


class MeasurementPage(CursorPage):
    max_page_size = 10_000


class MeasurementList(ListModelMixin, View):
    queryset = Measurement.objects.none()
    serializer_class = MeasurementSerializer
    parser_classes = MEASUREMENT_PARSERS
    filter_backends = [DjangoFilterBackend]
    filterset_class = MeasurementFilter
    write_scope = Scope.INGEST
    pagination_class = MeasurementPage
    parameters = {
        "GET": CursorPage.parameters | MeasurementFilter.base_filters.keys() | {"format"},
        "POST": options.NAMES,
    }

    def get_queryset(self) -> QuerySet[Measurement]:
        return Measurement.objects.filter(pilot=self.pilot)

    def get_renderers(self) -> list[BaseRenderer]:
        """Only what is read may be lines or a table."""
        reading = self.request.method in {"GET", "HEAD"}
        return [JSON(), Lines(), Table()] if reading else [JSON()]

    @extend_schema(
        operation_id="measurements",
        summary="Stored measurements, last recorded first",
        description=(
            "Scope read. Pages of up to 10,000 as JSON. With Accept application/x-ndjson or text/csv (or ?format=ndjson, "
            "?format=csv) all of them in one stream, first observed first: cheaper for a whole metric."
        ),
        parameters=[
            OpenApiParameter("format", str, enum=["json", "ndjson", "csv"], description="In place of Accept.")
        ],
        responses={
            (200, "application/json"): MeasurementSerializer(many=True),
            (200, "application/x-ndjson"): OpenApiResponse(str, description="One measurement a line."),
            (200, "text/csv"): OpenApiResponse(str, description="A header, then one measurement a line."),
            **documented_problems(400, 401, 403, 404, 422),
        },
    )
    def get(self, request: Request, slug: str) -> Response | StreamingHttpResponse:
        shape: str = request.accepted_renderer.format
        if shape in {"ndjson", "csv"}:
            chosen = self.filter_queryset(self.get_queryset())
            return StreamingHttpResponse(
                measurement_export.lines(self.pilot, chosen, cast(Shape, shape)),
                content_type=f"{request.accepted_renderer.media_type}; charset=utf-8",
            )
        return self.list(request)

    def paginate_queryset(self, queryset: Any) -> Any:
        """Rows as dictionaries: a page may hold ten thousand."""
        return super().paginate_queryset(MeasurementSerializer.rows(queryset))

    @extend_schema(
        operation_id="post_measurements",
        summary="Post measurements",
        description=(
            "Scope ingest. One object, a list, an envelope, JSON lines, CSV with a header, or one measurement as a form; "
            "up to 10,000 rows or 5 MB. 201: every row is in. 207: some are, each with its status. 422: none is."
        ),
        parameters=POST_PARAMETERS,
        request={
            "application/json": POSTED,
            "application/x-ndjson": PostedMeasurementSerializer,
            "text/csv": str,
            "application/x-www-form-urlencoded": PostedMeasurementSerializer,
        },
        responses={
            200: OpenApiResponse(ReportSerializer, description="Dry run: every row would be in."),
            201: OpenApiResponse(ReportSerializer, description="Every row is in."),
            207: OpenApiResponse(
                ReportSerializer, description="Some rows are in; errors say why others are not."
            ),
            **documented_problems(400, 401, 403, 404, 411, 413, 415, 422),
        },
    )
    def post(self, request: Request, slug: str) -> HttpResponse:
        pilot_id = self._pilot_to_measure()
        taken = options.of_batch(request)
        body = _body(request)
        posted = body.decoded()
        answer, replayed = _once(request, body, taken, lambda: _record(request, pilot_id, posted, taken))
        return reports.response(answer, replayed=replayed)

    def _pilot_to_measure(self) -> int:
        token = callers.token(self.request)
        if token is not None:
            found = reach.pilot_id(token, self.kwargs["slug"])
            if found is None:
                raise Http404
            return found
        pilot = callers.pilot(self.request, self.kwargs["slug"])
        if not permissions.may_run(cast(User, self.request.user), pilot):
            raise Problem(
                status=403,
                code="not_allowed",
                detail=f"Measurements are posted by the owner, the deputy or a token. Ask {pilot.owner}.",
            )
        return pilot.pk


def _body(request: Request) -> Body:
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", ""):
        raise Problem(
            status=411,
            code="length_required",
            detail="Send the body whole, with its Content-Length: bodies in chunks are not read here.",
        )
    body = request.data
    if not isinstance(body, Body) or not body.raw.strip():
        raise Problem(
            status=400,
            code="empty_body",
            detail='The body is empty. Send a measurement, such as {"metric": "…", "value": 3.2}.',
        )
    return body


def _once(
    request: Request, body: Body, taken: options.BatchOptions, act: Callable[[], reports.Answer]
) -> tuple[reports.Answer, bool]:
    """Acts, but only the first time under an Idempotency-Key; a dry run stores nothing, its answer neither."""
    token = callers.token(request)
    key = idempotency.key_of(request.META.get(idempotency.HEADER), token)
    if key is None or token is None or taken.dry_run:
        return act(), False
    address = f"{request.method} {request.get_full_path()}"
    body_hash = idempotency.request_hash(address, body.media_type, body.raw)
    return idempotency.once(token=token, key=key, body_hash=body_hash, now=timezone.now(), act=act)


def _record(
    request: Request, pilot_id: int, posted: bodies.Posted, taken: options.BatchOptions
) -> reports.Answer:
    try:
        report = _report(request, pilot_id, posted, taken)
    except measurements.RejectedBatch as batch:
        return reports.refused(batch.report, posted, atomic=True, request=request)
    except Pilot.DoesNotExist:
        raise Http404 from None
    return reports.of_rows(report, posted, taken, request=request)


def _report(request: Request, pilot_id: int, posted: bodies.Posted, taken: options.BatchOptions) -> Report:
    """A plain post of a few rows shares its transaction with others; an Idempotency-Key brings one of its own."""
    now, rows = timezone.now(), posted.rows
    if taken.plain and len(rows) <= gathering.MOST_ROWS_OF_A_POST and idempotency.HEADER not in request.META:
        return gathering.record(pilot_id=pilot_id, rows=rows, now=now)
    return measurements.record(
        pilot=measurements.named(pilot_id),
        rows=rows,
        now=now,
        source_token=callers.token(request),
        by=callers.person(request),
        atomic=taken.atomic,
        dry_run=taken.dry_run,
        on_conflict=taken.on_conflict,
        only_batch=True,
    )
