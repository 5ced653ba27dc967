"""The rules of a plan as rows: what an amendment asks for, written as goals, stop triggers and dates of the pilot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from django.core.exceptions import ValidationError

from pilots.actions.refusals import Refused
from pilots.judging import codec
from pilots.judging.sentences import inside
from pilots.models import Goal, Metric, Pilot, StopTrigger
from pilots.queries.readiness import missing


class Kind(StrEnum):
    GOAL = "goal"
    STOP_TRIGGER = "stop_trigger"


class Act(StrEnum):
    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, kw_only=True)
class RuleChange:
    """One goal or stop trigger, as it shall be. `metric` is a key; `level` the target of a goal, the limit of a trigger.

    The figures of a rule that is removed are not looked at."""

    kind: Kind
    act: Act
    metric: str
    margin: Decimal | None = None
    level: Decimal | None = None
    relative: bool = False
    hard: bool = False


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What an amendment may change. None: as it is. The end of the window is moved by a signed decision, not here."""

    rules: tuple[RuleChange, ...] = ()
    maintenance_start: date | None = None
    maintenance_min_items: int | None = None

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = codec.encode(self)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises ValueError that names the field."""
        return codec.decode(cls, data)


def write(*, pilot: Pilot, changes: Changes) -> None:
    """Writes the rows, inside the caller's transaction. Raises Refused for what does not fit the pilot as it is."""
    named = [(change.kind, change.metric) for change in changes.rules]
    if len(set(named)) != len(named):
        raise Refused("Name each goal and each stop trigger once.", code="rule_twice")
    for change in changes.rules:
        _write_rule(pilot, change)
    _write_dates(pilot, changes)
    if points := [point for point in missing(pilot) if point.field in ("goals", "triggers", "metrics")]:
        raise Refused(" ".join(f"{point.reason} {point.fix}" for point in points), code="rule_not_judgeable")


def _write_rule(pilot: Pilot, change: RuleChange) -> None:
    metric = Metric.objects.filter(pilot=pilot, key=change.metric).first()
    if metric is None:
        raise Refused(f"This pilot has no metric {change.metric}.", code="unknown_metric")
    row = _row(metric, change)
    if change.act is Act.REMOVE:
        row.delete()
        return
    row.margin, row.relative = change.margin, change.relative
    if isinstance(row, Goal):
        row.target = change.level
    else:
        row.limit, row.hard = change.level, change.hard
    _save(row)


def _row(metric: Metric, change: RuleChange) -> Goal | StopTrigger:
    """The row to write. Raises Refused where it is there and should not be, or the other way round."""
    model: type[Goal] | type[StopTrigger] = Goal if change.kind is Kind.GOAL else StopTrigger
    row = model.objects.filter(metric=metric).first()
    name, label = change.kind.value.replace("_", " "), inside(metric.name)
    if row and change.act is Act.ADD:
        raise Refused(f"There is a {name} on {label} already. Change it instead.", code="rule_exists")
    if row is None and change.act is not Act.ADD:
        raise Refused(f"There is no {name} on {label} any more. Add one instead.", code="rule_missing")
    return row or model(metric=metric)


def _write_dates(pilot: Pilot, changes: Changes) -> None:
    if changes.maintenance_start is not None:
        pilot.maintenance_start = changes.maintenance_start
    if changes.maintenance_min_items is not None:
        pilot.maintenance_min_items = changes.maintenance_min_items
    fields = ["maintenance_start", "maintenance_min_items"]
    try:
        pilot.clean_fields(exclude=[field.name for field in Pilot._meta.fields if field.name not in fields])
        pilot.validate_constraints()
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code="date_invalid") from error
    pilot.save(update_fields=fields)


def _save(row: Goal | StopTrigger) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code="rule_invalid") from error
    row.save()
