"""Results out as files, and the results of other tools in."""

from typing import Any

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from config.api import Problem
from config.api_schema import READ, WRITE
from evaluations import permissions
from evaluations.actions import imported_runs
from evaluations.actions.imported_runs import TOOLS, ImportRefused
from evaluations.api import options
from evaluations.api.parsers import BytesParser, JSONLinesParser, Sent
from evaluations.api.serializers.interop import ImportedRunSerializer
from evaluations.api.views.runs import RunView
from evaluations.formats.draft import PROVENANCES
from evaluations.models import Deployment, Suite
from evaluations.views.result_files import as_file
from evaluations.visibility import visible


class ResultFile(RunView):
    """The address says which file it is."""

    pagination_class = None
    model_name = "result"
    extension = ""
    parameters = {"GET": frozenset({"unit_id"})}

    @extend_schema(
        summary="All results of a run as one file: .jsonl or .csv",
        description="Scope read. Each row holds all that led to the answer; row_sha256 is the SHA-256 of the others as JSON "
        "with sorted keys, no spaces and nothing escaped. In CSV no cell is a formula.",
        parameters=[OpenApiParameter("unit_id", str, description="Only this item.")],
        responses={
            (200, "application/x-ndjson"): OpenApiTypes.STR,
            (200, "text/csv"): OpenApiTypes.STR,
            **READ,
        },
    )
    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        return as_file(self.run(pk), self.extension, unit_id=request.query_params.get("unit_id", ""))


class RunImport(RunView):
    pagination_class = None
    parser_classes = [BytesParser, JSONLinesParser]
    parameters = {"POST": frozenset({"suite", "deployment", "tool", "scorer", "task", "name", "provenance"})}

    @extend_schema(
        operation_id="runs_import",
        summary="Import the results of another tool as a run",
        description="Scope evaluate. An Inspect eval log (.eval or .json) or lm-eval samples (.jsonl, or a zip with "
        "results) as application/octet-stream. Samples that failed there are counted as wrong here; both counts are in "
        "the answer.",
        parameters=[
            OpenApiParameter(
                "suite", str, required=True, description="Slug; the cases become a version of it."
            ),
            OpenApiParameter("deployment", str, required=True, description="Slug of what was asked."),
            OpenApiParameter("tool", str, enum=list(TOOLS), description="Recognised by default."),
            OpenApiParameter("scorer", str, description="Whose scores count; lm-eval's metric."),
            OpenApiParameter("task", str, description="Of an archive with several."),
            OpenApiParameter("name", str, description="The file's name: lm-eval's says which task it is."),
            OpenApiParameter("provenance", str, enum=list(PROVENANCES)),
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={201: ImportedRunSerializer, **WRITE},
    )
    def post(self, request: Request) -> Response:
        sent = request.data
        if not isinstance(sent, Sent):
            raise Problem(status=422, code="no_file", detail="Send the file as the body of the request.")
        with sent.stream:
            try:
                run = imported_runs.import_run(stream=sent.stream, **self._wanted(request))
            except ImportRefused as refusal:
                raise Problem(status=422, code="import_refused", detail=str(refusal)) from refusal
        url = reverse("api:run", kwargs={"pk": run.pk}, request=request)
        return Response(ImportedRunSerializer(run.imported).data, status=201, headers={"Location": url})

    def person_may_write(self, person: Any) -> bool:
        return permissions.may_start(person)

    def _wanted(self, request: Request) -> dict[str, Any]:
        given = request.query_params
        for name in ("suite", "deployment"):
            if not given.get(name):
                raise Problem(status=400, code="bad_parameter", detail=f"Name the {name}: ?{name}=its-slug.")
        return {
            "suite": get_object_or_404(visible(request, Suite.objects.all()), slug=given["suite"]),
            "deployment": get_object_or_404(
                visible(request, Deployment.objects.all()), slug=given["deployment"]
            ),
            "tool": options.choice(request, "tool", TOOLS, ""),
            "scorer": given.get("scorer", ""),
            "task": given.get("task", ""),
            "name": given.get("name", ""),
            "provenance": options.choice(request, "provenance", PROVENANCES, "real"),
            "by": self.person,
            "now": timezone.now(),
        }
