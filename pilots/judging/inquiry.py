"""One criterion of one candidate, with everything its status and sentence depend on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilots.judging.criteria import Criterion
from pilots.judging.drift_alarm import Drift
from pilots.judging.estimates import choose
from pilots.judging.estimates.estimate import Estimate
from pilots.judging.facts import Facts, Latch, Silence
from pilots.judging.plan import Design, Estimand, Plan
from pilots.judging.selection import Sides, is_mixed, select
from pilots.judging.sufficiency import Sufficiency, sufficiency
from pilots.judging.verdict import Role

ALL_CASES = frozenset({""})


def quiet() -> Drift:
    """No drift alarm, for segments, which have no day totals."""
    return Drift(alarmed=False)


@dataclass(frozen=True, kw_only=True)
class Inquiry:
    """`segments` {""} is all cases. `estimate` is None while a side is empty. `mixed`: two configurations in one
    epoch. `latch` is set only for the judged candidate, over all cases."""

    plan: Plan
    facts: Facts
    criterion: Criterion
    candidate: str
    as_of: datetime
    segments: frozenset[str]
    sides: Sides
    estimate: Estimate | None
    short: Sufficiency
    drift: Drift
    mixed: bool
    latch: Latch | None
    silence: Silence | None = None

    @property
    def has_base(self) -> bool:
        """Nothing is compared, or there is something to compare with."""
        if not self.sides.compared or (self.sides.pairs is not None and self.sides.pairs.n):
            return True
        return self.sides.base is not None and self.sides.base.n > 0

    @property
    def age_seconds(self) -> float | None:
        """Of the newest point, at the end of the window at the latest: a closed window does not go stale."""
        newest = self.sides.last_at
        if newest is None:
            return None
        return max((min(self.as_of, self.plan.window_end) - newest).total_seconds(), 0.0)


def inquire(
    plan: Plan,
    facts: Facts,
    criterion: Criterion,
    *,
    candidate: str,
    as_of: datetime,
    segments: frozenset[str] = ALL_CASES,
    drift: Drift,
) -> Inquiry:
    """Raises ValueError where the facts do not fit the plan."""
    sides = select(plan, facts, criterion, candidate=candidate, segments=segments)
    estimate = choose.estimate(criterion, sides) if _estimable(criterion, sides) else None
    decides = candidate == plan.primary and segments == ALL_CASES
    return Inquiry(
        plan=plan,
        facts=facts,
        criterion=criterion,
        candidate=candidate,
        as_of=as_of,
        segments=segments,
        sides=sides,
        estimate=estimate,
        short=sufficiency(plan, criterion, sides, estimate),
        drift=drift,
        mixed=is_mixed(facts, candidate),
        latch=latch_of(facts, criterion) if decides else None,
        silence=_silence_of(plan, facts, criterion, as_of),
    )


def _estimable(criterion: Criterion, sides: Sides) -> bool:
    """Something on every side, and something to say: a quantile monitor without a limit is only shown."""
    if not sides.n:
        return False
    if criterion.design is Design.PAIRED and criterion.metric.estimand is not Estimand.QUANTILE:
        return True
    if sides.base is not None and not sides.base.n:
        return False
    limit = criterion.reference if sides.base is None else criterion.metric.limit
    unlimited = criterion.metric.estimand is Estimand.QUANTILE and limit is None
    return not (unlimited and criterion.role is Role.MONITOR)


def _silence_of(plan: Plan, facts: Facts, criterion: Criterion, as_of: datetime) -> Silence | None:
    """A closed window does not go stale."""
    if as_of >= plan.window_end:
        return None
    return next((each for each in facts.silent if each.metric == criterion.metric.key), None)


def latch_of(facts: Facts, criterion: Criterion) -> Latch | None:
    """The earliest one, whatever order they come in."""
    found = [latch for latch in facts.latched if latch.trigger == criterion.key]
    return min(found, key=lambda latch: (latch.since, latch.sentence)) if found else None
