"""Scores that other tools give to single answers, as Langfuse sends them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pilots.actions import measurements, span_mappings
from pilots.models import Pilot, SpanMapping, Token

SOURCE = "langfuse"


class Score(NamedTuple):
    """`value` as sent: a number, yes or no, or a word that the owner has given a number. `unit` is the trace, the
    session or the run that was scored; `at` is ISO 8601, or empty for now."""

    id: str
    name: str
    value: float | str | bool
    unit: str
    at: str
    labels: dict[str, str]


def record(*, pilot: Pilot, scores: Sequence[Score], token: Token, now: datetime) -> list[str]:
    """For each score, in order: why it was not taken, or nothing.

    The same id with another value is a correction, as it is for Langfuse, and kept in the audit log.
    """
    table = SpanMapping.objects.filter(pilot=pilot).select_related("metric")
    mappings = {mapping.metric.key: mapping for mapping in table}
    faults, rows, places = [""] * len(scores), [], []
    for place, score in enumerate(scores):
        value = _number(score, mappings.get(score.name))
        if value is None:
            faults[place] = (
                f"{score.name[:50]}: “{str(score.value)[:50]}” has no number. Its owner gives it one in the admin, in the "
                "pilot's tab Traces."
            )
            continue
        rows.append(_row(score, value))
        places.append(place)
    if rows:
        report = measurements.record(
            pilot=pilot, rows=rows, now=now, source_token=token, on_conflict="replace"
        )
        for item in report.items:
            if item.errors:
                faults[places[item.index]] = (
                    f"{scores[places[item.index]].name[:50]}: {item.errors[0]['message']}"
                )
    return faults


def _number(score: Score, mapping: SpanMapping | None) -> float | None:
    if isinstance(score.value, bool):
        return int(score.value)
    if isinstance(score.value, str):
        return span_mappings.number(mapping, score.value)
    return score.value


def _row(score: Score, value: float) -> dict[str, Any]:
    row: dict[str, Any] = {**score.labels, "metric": score.name, "value": value, "source": SOURCE}
    if score.at:
        row["observed_at"] = score.at
    if score.unit:
        row["unit_id"] = score.unit
    if score.id:
        row["external_id"] = score.id
    return row
