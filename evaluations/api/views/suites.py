"""The team's own tasks: suites, their versions of cases, their prompts."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import FieldError, Problem
from config.api_schema import IF_MATCH, READ, WRITE
from evaluations.actions import prompts, suites
from evaluations.actions.prompts import PromptRefused
from evaluations.actions.suites import CasesRefused, Imported, RowFault
from evaluations.api import options
from evaluations.api.parsers import CasesParser, CSVParser, JSONLinesParser, Sent, YAMLParser
from evaluations.api.serializers.interop import CoverageRowSerializer
from evaluations.api.serializers.suites import (
    CaseSerializer,
    ImportedSerializer,
    PromptSerializer,
    SuiteSerializer,
)
from evaluations.api.views.base import CatalogueDetail, CatalogueList, OldestFirst, View
from evaluations.formats.cases import FORMATS
from evaluations.formats.draft import PROVENANCES
from evaluations.models import Case, Prompt, Suite, SuiteVersion
from evaluations.queries.coverage import coverage
from evaluations.queries.suites import newest_version, version_named
from evaluations.visibility import visible

WITH_VERSIONS = Suite.objects.prefetch_related(
    Prefetch("versions", queryset=SuiteVersion.objects.order_by("-number"))
)


class SuiteList(CatalogueList):
    queryset = WITH_VERSIONS
    serializer_class = SuiteSerializer
    model_name, detail_name = "suite", "api:suite"

    @extend_schema(
        operation_id="suites",
        summary="Suites with their versions",
        description="Scope read.",
        responses={200: SuiteSerializer(many=True), **READ},
    )
    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset())

    @extend_schema(
        operation_id="suites_create",
        summary="Add a suite, still without cases",
        description="Scope admin.",
        responses={201: SuiteSerializer, **WRITE},
    )
    def post(self, request: Request) -> Response:
        return self.create(request)


class SuiteDetail(CatalogueDetail):
    queryset = WITH_VERSIONS
    serializer_class = SuiteSerializer
    model_name = "suite"

    @extend_schema(
        operation_id="suite",
        summary="One suite",
        description="Scope read.",
        responses={200: SuiteSerializer, **READ},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.show(slug)

    @extend_schema(
        operation_id="suite_change",
        summary="Change a suite",
        description="Scope admin. Another scorer changes the fingerprint of later runs.",
        parameters=[IF_MATCH],
        responses={200: SuiteSerializer, **WRITE},
    )
    def patch(self, request: Request, slug: str) -> Response:
        return self.change(request, slug)


class SuitePart(View):
    """What belongs to the suite that the address names."""

    def suite(self) -> Suite:
        return get_object_or_404(visible(self.request, Suite.objects.all()), slug=self.kwargs["slug"])


class CaseList(SuitePart):
    serializer_class = CaseSerializer
    parser_classes = [CasesParser, JSONLinesParser, CSVParser, YAMLParser]
    model_name = "case"
    parameters = {
        "GET": OldestFirst.parameters | {"version"},
        "POST": frozenset({"file_format", "provenance", "dry_run", "partial"}),
    }

    @extend_schema(
        operation_id="cases",
        summary="The cases of one version",
        description="Scope read.",
        parameters=[OpenApiParameter("version", int, description="The newest by default.")],
        responses={200: CaseSerializer(many=True), **READ},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.page(self._cases(request.query_params.get("version")))

    @extend_schema(
        operation_id="cases_import",
        summary="Import cases as a new version",
        description="Scope admin. A list, or a file as application/x-ndjson, text/csv or application/yaml: ours, OpenAI "
        "evals, Inspect datasets, promptfoo tests. All rows or none; content that is there already is answered with its "
        "version and 200.",
        parameters=[
            OpenApiParameter("file_format", str, enum=list(FORMATS), description="Recognised by default."),
            OpenApiParameter(
                "provenance", str, enum=list(PROVENANCES), description="Of rows that name none."
            ),
            OpenApiParameter(
                "dry_run", bool, description="Check everything and store nothing; answered with 200."
            ),
            OpenApiParameter(
                "partial",
                bool,
                description="Import promptfoo tests without the assertions that cannot be taken over.",
            ),
        ],
        request=CaseSerializer(many=True),
        responses={201: ImportedSerializer, 200: ImportedSerializer, **WRITE},
    )
    def post(self, request: Request, slug: str) -> Response:
        suite, dry_run = self.suite(), options.switch(request, "dry_run")
        try:
            imported = self._imported(request, suite, dry_run)
        except CasesRefused as refusal:
            raise _problem(refusal) from refusal
        stored = imported.created and not dry_run
        return Response(ImportedSerializer(imported).data, status=201 if stored else 200)

    def person_may_write(self, person: Any) -> bool:
        return bool(person.has_perm("evaluations.change_suite"))

    def _imported(self, request: Request, suite: Suite, dry_run: bool) -> Imported:
        common: dict[str, Any] = {
            "suite": suite,
            "by": self.person,
            "now": timezone.now(),
            "provenance": options.choice(request, "provenance", PROVENANCES, "real"),
            "dry_run": dry_run,
        }
        format, partial = (
            options.choice(request, "file_format", FORMATS, ""),
            options.switch(request, "partial"),
        )
        sent = request.data
        if not isinstance(sent, Sent):
            return suites.import_rows(rows=_rows(sent), **common)
        with sent.stream:
            return suites.import_file(
                stream=sent.stream, name=sent.name, format=format, partial=partial, **common
            )

    def _cases(self, number: str | None) -> QuerySet[Case]:
        if number is not None and not number.isdecimal():
            raise Problem(status=400, code="bad_parameter", detail="Give version as a whole number from 1.")
        version = version_named(self.suite(), None if number is None else int(number))
        if version is None and number is not None:
            raise Http404
        return Case.objects.filter(version=version) if version else Case.objects.none()


class SuiteCoverage(SuitePart):
    pagination_class = None
    serializer_class = CoverageRowSerializer
    model_name = "suite"

    @extend_schema(
        operation_id="suite_coverage",
        summary="Which situations the newest version asks about, and which are not tested",
        description="Scope read.",
        responses={200: CoverageRowSerializer(many=True), **READ},
    )
    def get(self, request: Request, slug: str) -> Response:
        return Response(CoverageRowSerializer(coverage(newest_version(self.suite())), many=True).data)


class PromptList(SuitePart):
    serializer_class = PromptSerializer
    model_name = "prompt"
    parameters = {"GET": OldestFirst.parameters}

    @extend_schema(
        operation_id="prompts",
        summary="The suite's prompts, all versions",
        description="Scope read.",
        responses={200: PromptSerializer(many=True), **READ},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.page(Prompt.objects.filter(suite=self.suite()))

    @extend_schema(
        operation_id="prompts_save",
        summary="Save a prompt; other content is its next version",
        description="Scope admin.",
        responses={201: PromptSerializer, **WRITE},
    )
    def post(self, request: Request, slug: str) -> Response:
        suite = self.suite()
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            prompt = prompts.save_prompt(suite=suite, **serializer.validated_data)
        except PromptRefused as refusal:
            raise serializers.ValidationError({refusal.field: [str(refusal)]}) from refusal
        return Response(self.get_serializer(prompt).data, status=201)


def _rows(sent: object) -> list[object]:
    rows = sent.get("cases") if isinstance(sent, dict) else sent
    if not isinstance(rows, list):
        raise Problem(
            status=422,
            code="not_cases",
            detail='Send a list of cases, {"cases": [ … ]}, or one case a line as application/x-ndjson.',
        )
    return rows


def _problem(refusal: CasesRefused) -> Problem:
    return Problem(
        status=422,
        code="cases_refused",
        detail="Nothing was imported. Correct the rows below and send all of them again.",
        errors=[_field_error(fault) for fault in refusal.faults],
    )


def _field_error(fault: RowFault) -> FieldError:
    return {
        "pointer": f"/{fault.row - 1}" if fault.row else "",
        "code": "bad_case",
        "message": str(fault),
    }
