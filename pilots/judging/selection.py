"""Which facts answer a criterion: the candidate's current epoch, the frozen baseline, the control, or the pairs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilots.judging.criteria import Criterion
from pilots.judging.facts import ArmFacts, Facts, PairFacts, Phase
from pilots.judging.plan import Design, Estimand, MetricPlan, Plan
from pilots.judging.samples import Sample, gather


@dataclass(frozen=True, kw_only=True)
class Sides:
    """`base` is None where nothing is compared; `pairs` is set in a paired design, whose `pilot` and `base` are then
    for display. `grows`: the other arm is measured on the same days."""

    pilot: Sample
    base: Sample | None
    pairs: PairFacts | None
    epoch: int
    compared: bool
    grows: bool = False

    @property
    def n(self) -> int:
        return self.pairs.n if self.pairs else self.pilot.n

    @property
    def days(self) -> int:
        return self.pairs.days if self.pairs else self.pilot.days

    @property
    def last_at(self) -> datetime | None:
        """The newest point; of two arms that both grow, that of the arm that lags."""
        if self.pairs:
            return self.pairs.last_at
        if self.grows and self.base is not None and self.base.last_at and self.pilot.last_at:
            return min(self.base.last_at, self.pilot.last_at)
        return self.pilot.last_at

    @property
    def infra_run(self) -> int:
        return max(self.pilot.infra_run, self.pairs.infra_run if self.pairs else 0)


def select(
    plan: Plan, facts: Facts, criterion: Criterion, *, candidate: str, segments: frozenset[str]
) -> Sides:
    """`segments` {""} is all cases; several named segments are merged."""
    metric = criterion.metric
    epoch = current_epoch(facts, candidate)
    pilot = gather(metric, pilot_arms(facts, metric, candidate, segments))
    if criterion.design is Design.ABSOLUTE:
        return Sides(pilot=pilot, base=None, pairs=None, epoch=epoch, compared=False)
    if criterion.design is Design.BEFORE_AFTER:
        base = gather(metric, baseline_arms(facts, metric, segments))
        return Sides(pilot=pilot, base=base, pairs=None, epoch=epoch, compared=True)
    base = gather(metric, pilot_arms(facts, metric, _control(plan), segments))
    if criterion.design is Design.CONCURRENT:
        return Sides(pilot=pilot, base=base, pairs=None, epoch=epoch, compared=True, grows=True)
    pairs = pairs_of(facts, metric, candidate, segments, epoch)
    return Sides(pilot=pilot, base=base, pairs=pairs, epoch=epoch, compared=True)


def current_epoch(facts: Facts, candidate: str) -> int:
    """The highest index among the candidate's epochs and facts; 0 when none is known."""
    return facts.last_epochs.get(candidate, 0)


def is_mixed(facts: Facts, candidate: str) -> bool:
    """Rows of another fingerprint fall into the candidate's current epoch."""
    index = current_epoch(facts, candidate)
    return any(epoch.mixed for epoch in facts.epochs if epoch.candidate == candidate and epoch.index == index)


def pilot_arms(facts: Facts, metric: MetricPlan, candidate: str, segments: frozenset[str]) -> list[ArmFacts]:
    """Both pilot phases of the current epoch; for a total, which only grows, of every epoch."""
    epoch = current_epoch(facts, candidate)
    every = metric.estimand is Estimand.TOTAL
    return [
        arm
        for arm in facts.arms_of.get(metric.key, ())
        if arm.candidate == candidate
        and arm.phase is not Phase.BASELINE
        and arm.segment in segments
        and (every or arm.epoch == epoch)
    ]


def baseline_arms(facts: Facts, metric: MetricPlan, segments: frozenset[str]) -> list[ArmFacts]:
    """The frozen "before", whoever it was posted for."""
    return [
        arm
        for arm in facts.arms_of.get(metric.key, ())
        if arm.phase is Phase.BASELINE and arm.segment in segments
    ]


def pairs_of(
    facts: Facts, metric: MetricPlan, candidate: str, segments: frozenset[str], epoch: int
) -> PairFacts:
    """The pairs of one segment set; an empty one when there are none."""
    found = [
        pair
        for pair in facts.pairs
        if pair.metric == metric.key
        and pair.candidate == candidate
        and pair.segment in segments
        and pair.epoch == epoch
    ]
    if not found:
        return PairFacts(metric=metric.key, candidate=candidate, n=0, epoch=epoch)
    return found[0] if len(found) == 1 else _merge_pairs(found)


def _merge_pairs(found: list[PairFacts]) -> PairFacts:
    """Sums add; a betting state depends on the order of the units and cannot be merged, so it is left out."""
    first = found[0]
    return PairFacts(
        metric=first.metric,
        candidate=first.candidate,
        epoch=first.epoch,
        n=sum(pair.n for pair in found),
        total=sum((pair.total for pair in found), first.total * 0),
        base_total=sum((pair.base_total for pair in found), first.total * 0),
        squares=sum((pair.squares for pair in found), first.total * 0),
        base_squares=sum((pair.base_squares for pair in found), first.total * 0),
        products=sum((pair.products for pair in found), first.total * 0),
        unpaired=sum(pair.unpaired for pair in found),
        days=max(pair.days for pair in found),
        last_at=max((pair.last_at for pair in found if pair.last_at), default=None),
    )


def _control(plan: Plan) -> str:
    if plan.control is None:
        raise ValueError("the plan compares two arms but names no control candidate; set one and start again")
    return plan.control
