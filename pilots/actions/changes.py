"""An edit of a plan, as data: what an amendment keeps, and what a draft is edited with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from pilots.judging import codec


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

    The figures of a rule that is removed are not looked at. `response` and `action` None: what is done when it fires stays as
    it is."""

    kind: Kind
    act: Act
    metric: str
    margin: Decimal | None = None
    level: Decimal | None = None
    relative: bool = False
    hard: bool = False
    response: str | None = None
    action: str | None = None


@dataclass(frozen=True, kw_only=True)
class MetricChange:
    """One metric, as it shall be. A metric is never removed: its numbers stay."""

    act: Act
    key: str
    name: str
    unit: str
    direction: str
    estimand: str
    quantile: float | None
    design: str
    link: str
    planned_n: int
    cap: Decimal | None
    floor: Decimal | None
    max_age_hours: int
    saving: str
    expected_value: Decimal | None = None
    expected_sd: Decimal | None = None
    expected_before: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class CandidateChange:
    """One candidate, as it shall be. `deployment` is a slug, `prompt` an id."""

    act: Act
    slug: str
    name: str
    role: str
    deployment: str | None
    prompt: int | None


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What an amendment may change. None: as it is. The end of the window is moved by a signed decision, not here."""

    rules: tuple[RuleChange, ...] = ()
    metrics: tuple[MetricChange, ...] = ()
    candidates: tuple[CandidateChange, ...] = ()
    maintenance_start: date | None = None
    maintenance_min_items: int | None = None

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = codec.encode(self)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises ValueError that names the field."""
        return codec.decode(cls, data)
