"""What the machine says, with everything it was said for. Advice only: a person signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from pilots.judging import codec

DIGITS = 12


class Flag(StrEnum):
    """`collecting`: the window is open and nothing is settled."""

    COLLECTING = "collecting"
    GO = "go"
    EXTEND = "extend"
    STOP = "stop"


class ReasonCode(StrEnum):
    """Why the flag: one code a rule."""

    HARD = "HARD"
    HARM = "HARM"
    VENDOR = "VENDOR"
    DATA = "DATA"
    UNRESOLVABLE = "UNRESOLVABLE"
    PROVEN = "PROVEN"
    FUTILITY = "FUTILITY"
    COLLECTING = "COLLECTING"
    MORE_TIME = "MORE_TIME"
    NARROWER_SCOPE = "NARROWER_SCOPE"
    UNRESOLVED = "UNRESOLVED"


class Role(StrEnum):
    GOAL = "goal"
    TRIGGER = "trigger"
    MONITOR = "monitor"


class Status(StrEnum):
    """In the order in which they apply; the last six are the interval's."""

    NO_BASELINE = "NO_BASELINE"
    ERROR = "ERROR"
    NO_DATA = "NO_DATA"
    STALE = "STALE"
    INVALID = "INVALID"
    INSUFFICIENT = "INSUFFICIENT"
    BREACHED = "BREACHED"
    SAFE = "SAFE"
    PROVEN = "PROVEN"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"
    SHOWN = "SHOWN"


@dataclass(frozen=True, kw_only=True)
class Range:
    """Ends in the direction "plus is better"; minus or plus infinity while nothing can be said."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class ArmSummary:
    """One arm as counted by the judge: `n` units (failures folded in), its mean or share, spread, days, outcomes."""

    n: int
    days: int
    value: float | None = None
    sd: float | None = None
    yes: int | None = None
    missing: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """How much more until one criterion is settled, at the observed arrival rate. The sentence starts in lower case
    and has no full stop, as every sentence here but `Verdict.reason` and warnings.

    `days` and `units` are the middle of the forecast, `days_low` to `days_high` its 80 % range (None: not within
    ten windows); `probability` that it is settled by the end of the window."""

    criterion: str
    sentence: str
    units: int | None = None
    days: int | None = None
    days_low: int | None = None
    days_high: int | None = None
    probability: float | None = None
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class MetricResult:
    """One criterion (a goal or stop trigger) or monitor of one candidate.

    `estimate` and the intervals are turned so that plus is better: the difference to the other arm, or to the limit.
    `interval`, at `alpha`, is the one that decided and is shown: `refute` for BREACHED and REFUTED, else `prove`.
    A goal is proven by the lower end of `prove`, refuted by the upper end of `refute`; a trigger is safe and breached
    in the same way (a rate breaches by `parameters["log_e_value"]` instead, unless both arms still grow).
    `threshold` is what the end is compared with: the goal's margin, minus the trigger's margin, or 0 against a limit
    or a relative margin. `margin` is as written in the plan. `first_breach` is the sentence of the look that first
    saw a breach: what a latch carries on.
    """

    key: str
    metric: str
    label: str
    unit: str
    role: Role
    candidate: str
    design: str
    estimand: str
    direction: str
    status: Status
    reason: str
    method: str = ""
    parameters: Mapping[str, float | int | str | None] = field(default_factory=dict)
    decides: bool = True
    required: bool = True
    hard: bool = False
    segment: str = ""
    epoch: int = 0
    after: ArmSummary | None = None
    before: ArmSummary | None = None
    estimate: float | None = None
    se: float | None = None
    interval: Range | None = None
    prove: Range | None = None
    refute: Range | None = None
    alpha: float | None = None
    margin: str | None = None
    limit: str | None = None
    relative: bool = False
    threshold: float | None = None
    insufficient: bool = False
    latched: bool = False
    latched_since: datetime | None = None
    first_breach: str = ""
    drift_from: date | None = None
    forecast: Forecast | None = None


@dataclass(frozen=True, kw_only=True)
class ExtendProposal:
    """`kind` is `more_time` (with `days`, an 80 % range and the metric that needs them) or `narrower_scope` (with
    the segments that hurt), or `data` (days to repair what is missing)."""

    kind: str
    sentence: str
    days: int | None = None
    days_low: int | None = None
    days_high: int | None = None
    metric: str = ""
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one rule found: the sentence for the manager, the figures behind it, its single reasons, what speaks
    against it all the same, and tasks for the owner."""

    sentence: str
    flag: Flag | None = None
    code: ReasonCode | None = None
    figures: Mapping[str, float | int | str | None] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    extend: ExtendProposal | None = None


@dataclass(frozen=True, kw_only=True)
class RuleOutcome:
    """`matched`: the rule found something; `decided`: it was the first to do so; `failed`: it could not be evaluated."""

    number: int
    name: str
    matched: bool
    decided: bool = False
    failed: bool = False
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """One error budget: `alpha` each for `shares` tests; `spent_bound` is the union bound over epochs and late triggers."""

    name: str
    alpha: float
    shares: int
    each: float
    late: int = 0
    epochs: int = 1
    spent_bound: float = 0.0
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class PaybackResult:
    """Money per item and over the horizon, from the lower and upper bound of the saving. `met` None: cannot be said."""

    applicable: bool
    met: bool | None
    sentence: str
    currency: str = ""
    saving_low: float | None = None
    saving: float | None = None
    saving_high: float | None = None
    horizon_days: int | None = None
    total_low: float | None = None
    total_high: float | None = None
    migration_cost: float | None = None
    proven_negative: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`reason` is the one sentence of the board. `breached` are trigger keys to latch, in this record or earlier."""

    pilot: str
    as_of: datetime
    flag: Flag
    code: ReasonCode
    reason: str
    reasons_for: tuple[str, ...] = ()
    reasons_against: tuple[str, ...] = ()
    would_change: tuple[str, ...] = ()
    still_needed: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    results: tuple[MetricResult, ...] = ()
    rules: tuple[RuleOutcome, ...] = ()
    budgets: tuple[Budget, ...] = ()
    warnings: tuple[str, ...] = ()
    forecast: Forecast | None = None
    payback: PaybackResult | None = None
    extend: ExtendProposal | None = None
    breached: tuple[str, ...] = ()
    not_a_quality_result: bool = False

    def to_json(self) -> dict[str, Any]:
        """Figures to twelve significant digits: what a processor may round differently is not recorded."""
        data: dict[str, Any] = codec.rounded(codec.encode(self), DIGITS)
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Raises ValueError that names the field."""
        return codec.decode(cls, data)
