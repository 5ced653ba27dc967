"""Failures and reviews: posted by scripts and people, read by whoever reads the pilot."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config.api import CursorPage, documented_problems
from pilots.actions import findings
from pilots.api import callers
from pilots.api.filters import FailureFilter, ReviewFilter
from pilots.api.serializers.findings import FailureSerializer, ReviewSerializer
from pilots.api.views.base import View
from pilots.models import Failure, Review
from pilots.models.token import Scope

READ = documented_problems(400, 401, 403, 404, 422)
WRITE = documented_problems(400, 401, 403, 404, 409, 413, 415, 422)
KNOWN = "It was known under this external_id already; nothing was added."


class FindingList(View):
    filter_backends = [DjangoFilterBackend]
    write_scope = Scope.INGEST
    act: ClassVar[Any]
    """An action of `findings`."""

    def listed(self) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def added(self, request: Request) -> Response:
        pilot = self.pilot
        sent = self.get_serializer(
            data=request.data, context={**self.get_serializer_context(), "pilot": pilot}
        )
        sent.is_valid(raise_exception=True)
        row, new = type(self).act(
            pilot=pilot,
            values=sent.validated_data,
            by=callers.person(request),
            token=callers.token(request),
            now=timezone.now(),
        )
        return Response(self.get_serializer(row).data, status=201 if new else 200)


class FailureList(FindingList):
    serializer_class = FailureSerializer
    filterset_class = FailureFilter
    parameters = {"GET": CursorPage.parameters | FailureFilter.base_filters.keys()}
    act = staticmethod(findings.report_failure)

    def get_queryset(self) -> QuerySet[Failure]:
        found = Failure.objects.filter(pilot=self.pilot)
        return found.select_related("candidate", "result", "reported_by")

    @extend_schema(
        operation_id="failures",
        summary="Examples of failure, newest first",
        description="Scope read.",
        responses={200: FailureSerializer(many=True), **READ},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.listed()

    @extend_schema(
        operation_id="failures_add",
        summary="Report a failure",
        description="Scope ingest. Send excerpts without personal data. A retry under the same external_id adds nothing.",
        responses={
            201: FailureSerializer,
            200: OpenApiResponse(FailureSerializer, description=KNOWN),
            **WRITE,
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        return self.added(request)


class ReviewList(FindingList):
    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter
    parameters = {"GET": CursorPage.parameters | ReviewFilter.base_filters.keys()}
    act = staticmethod(findings.record_review)

    def get_queryset(self) -> QuerySet[Review]:
        found = Review.objects.filter(pilot=self.pilot)
        return found.select_related("candidate", "result", "reviewer")

    @extend_schema(
        operation_id="reviews",
        summary="Judgements of single items, newest first",
        description="Scope read.",
        responses={200: ReviewSerializer(many=True), **READ},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.listed()

    @extend_schema(
        operation_id="reviews_add",
        summary="Record a review of one item",
        description="Scope ingest. A model's judgement says so in `source`. Kept as sent; a retry under the same "
        "external_id adds nothing.",
        responses={201: ReviewSerializer, 200: OpenApiResponse(ReviewSerializer, description=KNOWN), **WRITE},
    )
    def post(self, request: Request, slug: str) -> Response:
        return self.added(request)
