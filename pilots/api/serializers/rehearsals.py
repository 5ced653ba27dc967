"""A draft stop trigger, and what it would have done."""

import math
from typing import Any

from rest_framework import serializers

from config.api_strict import Strict
from pilots.judging.rehearsal import Look
from pilots.judging.verdict import Status
from pilots.queries.rehearsals import Rehearsed


class DraftTriggerSerializer(Strict):
    """What is left out stays as the trigger has it. A margin replaces a limit, and the other way round."""

    margin = serializers.DecimalField(
        max_digits=20,
        decimal_places=6,
        min_value=0,
        required=False,
        help_text="How much worse is tolerated. Shares from 0 to 1.",
    )
    limit = serializers.DecimalField(
        max_digits=20, decimal_places=6, required=False, help_text="Or the level that must not be passed."
    )
    relative = serializers.BooleanField(
        required=False, help_text="The margin is a share of the level before: 0.1 for 10 % worse."
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if "margin" in data and "limit" in data:
            raise serializers.ValidationError(
                {"limit": "Give either a margin or a limit, and not both."}, code="margin_or_limit"
            )
        return data


class LookSerializer(serializers.Serializer):
    """All data up to the end of one day. Plus is better; an end that is not known yet is null."""

    day = serializers.DateField()
    # A pattern, not an enum: OpenAPI names enums by their field, and pilots and runs have a status of other words.
    status = serializers.RegexField(f"^({'|'.join(Status)})$", help_text="As in the verdict's results.")
    units = serializers.IntegerField(help_text="Units of analysis so far.")
    estimate = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField(allow_null=True, help_text="Breached when `high` is below it.")


class RehearsalSerializer(serializers.Serializer):
    metric = serializers.CharField(help_text="Key of the metric.")
    margin = serializers.DecimalField(max_digits=20, decimal_places=6, allow_null=True)
    limit = serializers.DecimalField(max_digits=20, decimal_places=6, allow_null=True)
    relative = serializers.BooleanField()
    fired = serializers.BooleanField()
    fired_on = serializers.DateField(allow_null=True)
    days = serializers.IntegerField(help_text="Days with data until it fired, or until now.")
    units = serializers.IntegerField(help_text="Units of analysis until then.")
    sentence = serializers.CharField()
    every = serializers.IntegerField(
        help_text="1: each day with data was looked at; else every so many days, because there are many numbers."
    )
    looks = LookSerializer(many=True)


def shown(rehearsed: Rehearsed) -> dict[str, Any]:
    """As RehearsalSerializer takes it."""
    rehearsal = rehearsed.rehearsal
    trigger, fired = rehearsal.trigger, rehearsal.fired
    last = fired or (rehearsal.looks[-1] if rehearsal.looks else None)
    after = last.result.after if last else None
    return {
        "metric": trigger.metric,
        "margin": trigger.margin,
        "limit": trigger.limit,
        "relative": trigger.relative,
        "fired": fired is not None,
        "fired_on": fired.at.date() if fired else None,
        "days": after.days if after else 0,
        "units": after.n if after else 0,
        "sentence": rehearsal.sentence,
        "every": rehearsed.every,
        "looks": [_look(look) for look in rehearsal.looks],
    }


def _look(look: Look) -> dict[str, Any]:
    result = look.result
    interval = result.interval
    return {
        "day": look.at.date(),
        "status": result.status,
        "units": result.after.n if result.after else 0,
        "estimate": result.estimate,
        "low": _finite(interval.low) if interval else None,
        "high": _finite(interval.high) if interval else None,
        "threshold": result.threshold,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
