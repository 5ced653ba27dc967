"""Failures and reviews, on their way in and out."""

from typing import Any

from rest_framework import serializers

from config.api_strict import Strict
from evaluations.models import Result
from pilots.api import callers
from pilots.models import Candidate, Failure, Review
from pilots.models.failure import FailureStatus
from pilots.models.review import ReviewVerdict
from pilots.models.schedule import PilotRun


class OfPilot(serializers.SlugRelatedField):
    """A row of the pilot in the address, and of no other."""

    default_error_messages = {
        "does_not_exist": "This pilot has none called {value}. Correct it, or leave it out.",
        "invalid": "Give a name or a number.",
    }

    def get_queryset(self) -> Any:
        pilot = self.context.get("pilot")
        model: Any = self.parent.Meta.model  # type: ignore[attr-defined]
        if model._meta.get_field(self.field_name).related_model is Candidate:
            return Candidate.objects.filter(pilot=pilot)
        return Result.objects.filter(target__run__in=PilotRun.objects.filter(pilot=pilot).values("run"))

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str | int) or isinstance(data, bool) or not str(data).isprintable():
            self.fail("invalid")
        try:
            return super().to_internal_value(data)
        except (ValueError, OverflowError):
            self.fail("does_not_exist", value=str(data)[:100])


class FindingSerializer(Strict, serializers.ModelSerializer):
    candidate = OfPilot(
        slug_field="slug",
        queryset=Candidate.objects.all(),
        required=False,
        allow_null=True,
        help_text="Slug; null when it is about none.",
    )
    result = OfPilot(
        slug_field="id",
        queryset=Result.objects.all(),
        required=False,
        allow_null=True,
        help_text="Number of an evaluation result of this pilot.",
    )


class FailureSerializer(FindingSerializer):
    # A pattern, not an enum: OpenAPI names enums by their field, and rows of a report have a status of other words.
    status = serializers.RegexField(
        f"^({'|'.join(FailureStatus.values)})$",
        required=False,
        help_text=f"{', '.join(FailureStatus.values)}; open by default.",
    )
    happened_at = serializers.DateTimeField(required=False, help_text="Default: now.")
    reported_by = serializers.CharField(
        source="reported_by.username", read_only=True, default=None, allow_null=True, help_text="User name."
    )

    class Meta:
        model = Failure
        fields = [
            "id",
            "severity",
            "type",
            "status",
            "scenario",
            "cause",
            "cost",
            "input",
            "output",
            "expected",
            "candidate",
            "unit_id",
            "result",
            "happened_at",
            "external_id",
            "reported_by",
            "reported_at",
        ]
        read_only_fields = ["reported_at"]


class ReviewSerializer(FindingSerializer):
    # Patterns, not enums: measurements have a source of any words, pilots a verdict of their own.
    verdict = serializers.RegexField(
        f"^({'|'.join(ReviewVerdict.values)})$", help_text=f"{', '.join(ReviewVerdict.values)}."
    )
    reviewed_at = serializers.DateTimeField(required=False, help_text="Default: now.")
    active_seconds = serializers.DecimalField(
        max_digits=9,
        decimal_places=2,
        min_value=0,
        required=False,
        allow_null=True,
        help_text="Idle time left out. Read by whoever judged or sent it alone; null for all others: how long somebody takes "
        "is for her, and the rest sees it added up in the metrics.",
    )
    reviewer = serializers.CharField(
        source="reviewer.username", read_only=True, default=None, allow_null=True, help_text="User name."
    )

    class Meta:
        model = Review
        fields = [
            "id",
            "unit_id",
            "source",
            "verdict",
            "severity",
            "fluent",
            "correct",
            "safe",
            "maintainable",
            "active_seconds",
            "note",
            "anchor",
            "judge",
            "candidate",
            "result",
            "reviewed_at",
            "external_id",
            "reviewer",
            "recorded_at",
        ]
        read_only_fields = ["recorded_at"]

    def to_representation(self, instance: Review) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        request = self.context["request"]
        if not instance.is_of(person=callers.person(request), token=callers.token(request)):
            shown["active_seconds"] = None
        return shown
