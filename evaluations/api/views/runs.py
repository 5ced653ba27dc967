"""Runs: started, watched, read, cancelled."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from config.api import CursorPage, Problem
from config.api_schema import READ, WRITE
from evaluations import permissions
from evaluations.actions import runs
from evaluations.actions.budgets import Limits
from evaluations.actions.runs import RunRefused, TargetSpec
from evaluations.api.filters import ResultFilter, RunFilter
from evaluations.api.serializers.runs import (
    ResultSerializer,
    RunDetailSerializer,
    RunRequestSerializer,
    RunSerializer,
)
from evaluations.api.views.base import OldestFirst, View
from evaluations.models import Result, Run, Suite, SuiteVersion
from evaluations.queries.runs import comparison, progress_of
from evaluations.queries.suites import prompt_named, version_named


class RunView(View):
    queryset = Run.objects.select_related("suite_version__suite")
    serializer_class: type[serializers.BaseSerializer] = RunSerializer
    model_name = "run"
    write_scope = "evaluate"

    def run(self, pk: int) -> Run:
        found: Run = get_object_or_404(self.get_queryset(), pk=pk)
        return found

    def shown(self, run: Run) -> Mapping[str, Any]:
        """The run without its targets."""
        context = {**self.get_serializer_context(), "progress": progress_of([run])}
        return RunSerializer(run, context=context).data


class RunList(RunView):
    pagination_class = CursorPage
    filter_backends = [DjangoFilterBackend]
    filterset_class = RunFilter
    parameters = {"GET": CursorPage.parameters | RunFilter.base_filters.keys()}

    @extend_schema(
        operation_id="runs",
        summary="Runs, newest first",
        description="Scope read.",
        responses={200: RunSerializer(many=True), **READ},
    )
    def get(self, request: Request) -> Response:
        found = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        context = {**self.get_serializer_context(), "progress": progress_of(found or [])}
        return self.get_paginated_response(RunSerializer(found, many=True, context=context).data)

    @extend_schema(
        operation_id="runs_start",
        summary="Start a run",
        description="Scope evaluate. The answer comes at once; look at `status_url` until `state` is not queued or "
        "running.",
        request=RunRequestSerializer,
        responses={202: RunSerializer, **WRITE},
    )
    def post(self, request: Request) -> Response:
        wanted = RunRequestSerializer(data=request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        run = self._planned(wanted.validated_data)
        url = reverse("api:run", kwargs={"pk": run.pk}, request=request)
        return Response(self.shown(run), status=202, headers={"Location": url})

    def person_may_write(self, person: Any) -> bool:
        return permissions.may_start(person)

    def _planned(self, wanted: Mapping[str, Any]) -> Run:
        version = _version(wanted["suite"], wanted.get("version"))
        targets = _targets(wanted["suite"], wanted["targets"])
        try:
            return runs.plan(
                suite_version=version,
                targets=targets,
                repeats=wanted["repeats"],
                now=timezone.now(),
                by=self.person,
                limits=Limits(
                    wanted.get("spend_limit"), wanted.get("spend_currency", ""), wanted.get("time_limit_s")
                ),
            )
        except RunRefused as refusal:
            raise Problem(status=422, code="run_refused", detail=str(refusal)) from refusal


class RunDetail(RunView):
    pagination_class = None

    @extend_schema(
        operation_id="run",
        summary="One run: where it stands, and what came of each target",
        description="Scope read.",
        responses={200: RunDetailSerializer, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        run = self.run(pk)
        context = {
            **self.get_serializer_context(),
            "progress": progress_of([run]),
            "comparison": comparison(run),
        }
        return Response(RunDetailSerializer(run, context=context).data)


class RunCancel(RunView):
    pagination_class = None

    @extend_schema(
        operation_id="run_cancel",
        summary="Stop a run",
        description="Scope evaluate. Results so far are kept. A run that has ended is answered with 409.",
        request=None,
        responses={200: RunSerializer, **WRITE},
    )
    def post(self, request: Request, pk: int) -> Response:
        run = self.run(pk)
        try:
            runs.cancel(run=run, by=self.person, now=timezone.now())
        except RunRefused as refusal:
            raise Problem(status=409, code="run_ended", detail=str(refusal)) from refusal
        return Response(self.shown(run))

    def person_may_write(self, person: Any) -> bool:
        return permissions.may_cancel(person)


class ResultList(RunView):
    serializer_class = ResultSerializer
    pagination_class = OldestFirst
    filter_backends = [DjangoFilterBackend]
    filterset_class = ResultFilter
    model_name = "result"
    parameters = {"GET": OldestFirst.parameters | ResultFilter.base_filters.keys()}

    @extend_schema(
        operation_id="results",
        summary="What was answered, one row a target, case and repeat",
        description="Scope read.",
        responses={200: ResultSerializer(many=True), **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.page(self.filter_queryset(self._results(pk)))

    def _results(self, pk: int) -> QuerySet[Result]:
        return Result.objects.filter(target__run=self.run(pk)).select_related("target", "case")


def _version(suite: Suite, number: int | None) -> SuiteVersion:
    version = version_named(suite, number)
    if version is None:
        missing = "no cases yet. Import some first." if number is None else f"no version {number}."
        raise serializers.ValidationError({"version": [f"The suite {suite.slug} has {missing}"]})
    return version


def _targets(suite: Suite, wanted: Sequence[Mapping[str, Any]]) -> list[TargetSpec]:
    targets = []
    for index, one in enumerate(wanted):
        prompt = prompt_named(suite, one["prompt"])
        if prompt is None:
            sentence = f"The suite {suite.slug} has no prompt {one['prompt']}. Its prompts: {_known(suite)}."
            raise serializers.ValidationError({"targets": [{}] * index + [{"prompt": [sentence]}]})
        targets.append(TargetSpec(one.get("key", one["deployment"].slug), one["deployment"], prompt))
    return targets


def _known(suite: Suite) -> str:
    return ", ".join(sorted(set(suite.prompts.values_list("slug", flat=True)))) or "none yet"
