"""What was measured up to one moment, as sufficient statistics: bounded in size, whatever the number of rows.

The loader fills these from running statistics; the order of rows, arms and mappings does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from pilots.judging import codec


class Phase(StrEnum):
    """`baseline` is the frozen "before"; the other two together are the pilot, parted at `Plan.maintenance_from`."""

    BASELINE = "baseline"
    FIRST_USE = "first_use"
    MAINTENANCE = "maintenance"


class Outcome(StrEnum):
    """As in the REST contract. `infra_error` is ours, never the model's: counted nowhere but in the run of errors."""

    OK = "ok"
    ABSTAINED = "abstained"
    ESCALATED = "escalated"
    REFUSED = "refused"
    BLOCKED = "blocked"
    TIMEOUT = "timeout"
    ERROR = "error"
    INFRA_ERROR = "infra_error"


@dataclass(frozen=True, kw_only=True)
class DayFacts:
    """One UTC day of one arm, for the drift alarm; the same meaning as in ArmFacts.

    `failed` counts every unit that stands for the metric's worst value: time-outs and errors, and refusals and the like
    where they count as failures (rates, and means where higher is better)."""

    day: date
    n: int
    total: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    yes: int = 0
    beyond: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0


@dataclass(frozen=True, kw_only=True)
class QuantileFacts:
    """Order statistics for display, picked by the loader at the ranks of the quantile interval, of both pilot phases of
    the arm together. None: no such rank, or a unit without an answer lies there."""

    share: Decimal
    point: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class ArmFacts:
    """One metric, candidate, phase, segment ("" is all cases) and epoch.

    `n` counts units of analysis with outcome ok (repeats of a unit averaged first, and then `averaged` is True);
    `total` and `squares` are the exact sum and sum of squares of their values, each value first cut to the metric's
    floor and cap. `yes` counts the ones of a rate (None when units were averaged). `beyond` maps the text of each
    of `Plan.limits(metric)` (codec.decimal_text) to the number of ok values on its bad side: above it when lower is
    better, below it when higher is better. `outcomes` counts units by outcome, ok included (`outcomes["ok"] == n`);
    a value posted with another outcome is in none of n, total, squares, yes, beyond: the judge counts it.
    `missing` are units that should have a value and have none, without an outcome. `rows` are measurements behind
    it. `days` are distinct UTC days with a unit. `infra_run` is the number of infrastructure errors in a row at the
    end. `daily` is filled for segment "" of the pilot phases. `digest` is the order-free digest of the rows.
    """

    metric: str
    candidate: str
    phase: Phase
    n: int
    segment: str = ""
    epoch: int = 0
    total: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    yes: int | None = None
    beyond: Mapping[str, int] = field(default_factory=dict)
    averaged: bool = False
    outcomes: Mapping[str, int] = field(default_factory=dict)
    missing: int = 0
    rows: int = 0
    days: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    infra_run: int = 0
    daily: tuple[DayFacts, ...] = ()
    quantiles: tuple[QuantileFacts, ...] = ()
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class PairFacts:
    """One metric of a paired design: units measured on both the candidate and the other arm, in one epoch.

    Exact sums over the pairs, values cut to floor and cap, failures counted as in `outcomes.value_of`.
    `betting` is the state of evaluations.stats.betting after the pairs in the order of observed_at, then id, each
    fed as (candidate − other) / (cap − floor), for rates as yes minus yes; None for metrics without both bounds.
    `unpaired` have one side only.
    """

    metric: str
    candidate: str
    n: int
    segment: str = ""
    epoch: int = 0
    total: Decimal = Decimal(0)
    base_total: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    base_squares: Decimal = Decimal(0)
    products: Decimal = Decimal(0)
    betting: Mapping[str, Any] | None = None
    unpaired: int = 0
    days: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    infra_run: int = 0
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """A stretch with one fingerprint (model, prompt, judge, dataset) of a candidate; the highest index decides.

    In concurrent and paired designs a change on either side opens a new epoch on both. `mixed` is True when
    rows of another fingerprint fall into it."""

    candidate: str
    index: int
    fingerprint: str
    opened_at: datetime | None = None
    changed: str = ""
    mixed: bool = False


@dataclass(frozen=True, kw_only=True)
class HardEvents:
    """Events of the pilot so far. `spend` is in the plan's currency; `kill_switch_by` is who pulled it."""

    critical_incidents: int = 0
    data_leaks: int = 0
    spend: Decimal = Decimal(0)
    kill_switch: bool = False
    kill_switch_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Latch:
    """A trigger that an earlier record saw breached, with the sentence it gave then."""

    trigger: str
    since: datetime
    sentence: str
    record: str = ""


@dataclass(frozen=True, kw_only=True)
class Silence:
    """Every source of a metric is silent; this one was heard last. `allowed_seconds`: how long it may be quiet."""

    metric: str
    source: str
    since: datetime
    allowed_seconds: int


@dataclass(frozen=True, kw_only=True)
class ModelJudged:
    """Whose word a metric of the primary rests on, in its current epoch: `by_model` rows were judged by a model.

    People or checks looked at `looked_at` items as well, and at `labelled` of the very answers the model judged; on
    `agreed` of these they said the same as it did."""

    metric: str
    by_model: int
    looked_at: int = 0
    labelled: int = 0
    agreed: int = 0


@dataclass(frozen=True, kw_only=True)
class Correction:
    """Faulty data taken out with a second person's approval, which lifted a latch; shown in every later record."""

    trigger: str
    at: datetime
    approved_by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything the judge may look at beside the plan.

    `blockers` are sentences of open blockers (no operator named, a control not in place). `migration_cost` None
    means nobody has estimated it, which blocks GO where pay-back applies. `volume_per_day` are items a day after the
    pilot. `wage_per_hour` prices review time. `watermark` says up to where rows were read (opaque to the judge).
    `host_retires_on` is the day the primary's host ends it as known now; it goes before the plan's, which was frozen.
    `simulated` names provenances other than real that were allowed to count (a demo pilot).
    """

    as_of: datetime
    arms: tuple[ArmFacts, ...] = ()
    pairs: tuple[PairFacts, ...] = ()
    epochs: tuple[Epoch, ...] = ()
    hard: HardEvents = HardEvents()
    blockers: tuple[str, ...] = ()
    latched: tuple[Latch, ...] = ()
    corrections: tuple[Correction, ...] = ()
    silent: tuple[Silence, ...] = ()
    judged: tuple[ModelJudged, ...] = ()
    migration_cost: Decimal | None = None
    volume_per_day: Decimal | None = None
    wage_per_hour: Decimal | None = None
    simulated: tuple[str, ...] = ()
    watermark: str = ""
    host_retires_on: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Arms, pairs, epochs, latches, blockers in one canonical order, so that shuffled facts are one record.

        One object for every caller: to be read, not changed."""
        return self._json

    @cached_property
    def _json(self) -> dict[str, Any]:
        data: dict[str, Any] = codec.encode(self)
        if not self.silent:
            del data["silent"]  # a record from before sources were watched stays the same bytes
        if not self.judged:
            del data["judged"]
        for name, keys in _ORDER.items():
            data.get(name, []).sort(
                key=lambda item, keys=keys: [str(item[key]) for key in keys] if keys else item
            )
        if self.host_retires_on is None:  # records from before this was a fact keep their digest
            del data["host_retires_on"]
        return data

    @cached_property
    def last_epochs(self) -> Mapping[str, int]:
        """The highest index among each candidate's epochs and facts."""
        seen = [(epoch.candidate, epoch.index) for epoch in self.epochs]
        seen += [(arm.candidate, arm.epoch) for arm in self.arms if arm.phase is not Phase.BASELINE]
        seen += [(pair.candidate, pair.epoch) for pair in self.pairs]
        found: dict[str, int] = {}
        for candidate, index in seen:
            found[candidate] = max(index, found.get(candidate, index))
        return found

    @cached_property
    def arms_of(self) -> Mapping[str, list[ArmFacts]]:
        """The arms of each metric."""
        found: dict[str, list[ArmFacts]] = defaultdict(list)
        for arm in self.arms:
            found[arm.metric].append(arm)
        return found

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Raises ValueError that names the field."""
        return codec.decode(cls, data)


_ORDER: dict[str, tuple[str, ...]] = {
    "arms": ("metric", "candidate", "phase", "segment", "epoch"),
    "pairs": ("metric", "candidate", "segment", "epoch"),
    "epochs": ("candidate", "index"),
    "latched": ("trigger", "since"),
    "corrections": ("trigger", "at"),
    "silent": ("metric",),
    "judged": ("metric",),
    "blockers": (),
    "simulated": (),
}
