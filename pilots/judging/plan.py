"""What was agreed before the data: metrics, goals, stop triggers, window and error budgets.

A plan is frozen and hashed when the pilot starts. An amendment is a new plan with the next `version`.
Money and limits are Decimals; shares are between 0 and 1 (five points are 0.05).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from pilots.judging import codec
from pilots.judging.canonical import encoded_json

ALPHA = Decimal("0.05")


class Direction(StrEnum):
    """Which way is better."""

    LOWER = "lower"
    HIGHER = "higher"


class Estimand(StrEnum):
    """`quantile` is judged as a share beyond a limit; `total` is a running sum and exact."""

    MEAN = "mean"
    RATE = "rate"
    QUANTILE = "quantile"
    TOTAL = "total"


class Design(StrEnum):
    """What the pilot is compared with: a number, a frozen baseline, the control on the same days, or the same unit."""

    ABSOLUTE = "absolute"
    BEFORE_AFTER = "before_after"
    CONCURRENT = "concurrent"
    PAIRED = "paired"


class CandidateRole(StrEnum):
    PRIMARY = "primary"
    CHALLENGER = "challenger"
    FALLBACK = "fallback"
    NON_AI = "non_ai"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Exactly one candidate is primary: it is judged, the others are shown beside it."""

    slug: str
    role: CandidateRole
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class MetricPlan:
    """`unit` is printed after figures ("min", "EUR", "s"); a share prints as percent when it is empty.

    `planned_n` is the number of pilot units expected at the end of the first window, `planned_base_n` the same
    for the other arm (None: the frozen baseline's own n, or planned_n when concurrent); both fix the shape of the
    interval before data and never change. `cap` is what a time-out or crash counts as and the most a value can
    count; `floor` the least. `interval_seconds` is how often a point is expected; data older than
    `max_age_seconds` (default twice the interval) is stale. `limit` is the value a quantile metric is counted
    against when its criteria give a margin in shares. `counts_from` restarts the metric on new data (amendment).
    `activity` marks counts such as calls or tokens, which can only be monitors.
    """

    key: str
    label: str
    unit: str
    direction: Direction
    estimand: Estimand
    design: Design
    planned_n: int
    planned_base_n: int | None = None
    quantile: Decimal | None = None
    limit: Decimal | None = None
    cap: Decimal | None = None
    floor: Decimal | None = None
    interval_seconds: int = 86_400
    max_age_seconds: int | None = None
    required: bool = False
    n_min: int | None = None
    activity: bool = False
    counts_from: datetime | None = None

    @property
    def stale_after_seconds(self) -> int:
        return self.max_age_seconds if self.max_age_seconds is not None else 2 * self.interval_seconds


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Must be proven before GO. Exactly one of `margin` ("at least this much better than the other arm"; with
    `relative`, as a share of it) and `target` (a value of the metric to reach, whatever the design)."""

    key: str
    metric: str
    margin: Decimal | None = None
    target: Decimal | None = None
    relative: bool = False
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class StopTrigger:
    """Must never be breached. Exactly one of `margin` ("worse by more than this"; with `relative`, as a share) and
    `limit` (a value of the metric). `hard` stops the pilot before any other rule. `late` marks a trigger added
    after data: it takes a share of error of its own on top of the budget."""

    key: str
    metric: str
    margin: Decimal | None = None
    limit: Decimal | None = None
    relative: bool = False
    hard: bool = False
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class PaybackComponent:
    """What one unit of better in `metric` is worth per item: `worth` in money, or the wage divided by
    `units_per_hour` (60 for review minutes)."""

    metric: str
    worth: Decimal = Decimal(1)
    units_per_hour: int | None = None


@dataclass(frozen=True, kw_only=True)
class Payback:
    """`applicable` False needs `waived_by`, the second person who agreed that the pilot seeks no saving."""

    applicable: bool
    components: tuple[PaybackComponent, ...] = ()
    horizon_days: int = 365
    currency: str = "EUR"
    waived_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Alphas:
    """Error budgets, each spent over every look together."""

    harm: Decimal = ALPHA
    go: Decimal = ALPHA
    futility: Decimal = ALPHA


@dataclass(frozen=True, kw_only=True)
class HardLimits:
    """Limits of events that stop a pilot at once. None: not limited. A data leak and the kill switch always stop."""

    critical_incidents: int = 0
    spend_cap: Decimal | None = None
    currency: str = "EUR"


@dataclass(frozen=True, kw_only=True)
class Extensions:
    """`used` extensions are part of the window already; the machine proposes at most `limit`, each at most
    `share` of the first window."""

    used: int = 0
    limit: int = 2
    share: Decimal = Decimal("0.5")
    first_window_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`window_end` is exclusive and includes signed extensions. First use runs from `window_start` to
    `maintenance_from` (None: no maintenance phase is asked for); maintenance must be seen for at least
    `maintenance_min_days` days and `maintenance_min_items` items. `control` is the candidate slug of the other arm of
    concurrent and paired designs. `trigger_count` is G as fixed at the first start (None: count the triggers that
    are not late). `host_retires_on` is the day the primary's deployment ends."""

    pilot: str
    version: int
    window_start: datetime
    window_end: datetime
    metrics: tuple[MetricPlan, ...]
    goals: tuple[Goal, ...]
    triggers: tuple[StopTrigger, ...]
    candidates: tuple[Candidate, ...]
    payback: Payback
    control: str | None = None
    maintenance_from: datetime | None = None
    maintenance_min_days: int = 0
    maintenance_min_items: int = 0
    alphas: Alphas = Alphas()
    d_min: int = 7
    n_min: int = 30
    trigger_count: int | None = None
    hard_limits: HardLimits = HardLimits()
    extensions: Extensions = Extensions()
    host_retires_on: date | None = None

    @property
    def primary(self) -> str:
        """Slug of the judged candidate. Raises ValueError without exactly one."""
        slugs = [candidate.slug for candidate in self.candidates if candidate.role is CandidateRole.PRIMARY]
        if len(slugs) != 1:
            raise ValueError(
                f"the plan of {self.pilot} has {len(slugs)} primary candidates; name exactly one"
            )
        return slugs[0]

    def metric(self, key: str) -> MetricPlan:
        """Raises KeyError that names the key."""
        for metric in self.metrics:
            if metric.key == key:
                return metric
        raise KeyError(f"no metric {key!r} in the plan of {self.pilot}")

    def limits(self, key: str) -> tuple[Decimal, ...]:
        """The values that the facts of this metric must be counted against, ascending (`ArmFacts.beyond`)."""
        metric = self.metric(key)
        if metric.estimand is not Estimand.QUANTILE:
            return ()
        values = [metric.limit]
        values += [goal.target for goal in self.goals if goal.metric == key]
        values += [trigger.limit for trigger in self.triggers if trigger.metric == key]
        return tuple(sorted({value for value in values if value is not None}))

    def to_json(self) -> dict[str, Any]:
        """One object for every caller: to be read, not changed."""
        return self._json

    @cached_property
    def _json(self) -> dict[str, Any]:
        data: dict[str, Any] = codec.encode(self)
        return data

    @cached_property
    def _hash(self) -> str:
        return hashlib.sha256(encoded_json(self._json)).hexdigest()

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Raises ValueError that names the field."""
        return codec.decode(cls, data)


def plan_hash(plan: Plan) -> str:
    """SHA-256 in hex of the canonical JSON: two plans with one hash agree in every field."""
    return plan._hash
