"""One simulated pilot looked at every evening by the real judge."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pilots.judging.facts import ArmFacts, Facts, Latch, PairFacts
from pilots.judging.judge import judge
from pilots.judging.plan import Plan
from pilots.judging.verdict import Flag, ReasonCode, Verdict
from tests.pilots.judging.builders import START
from tests.simulation.ledger import Ledger

STOPPED = (ReasonCode.HARD, ReasonCode.HARM)


@dataclass(frozen=True)
class Measured:
    """What is known at the end of one day."""

    arms: tuple[ArmFacts, ...] = ()
    pairs: tuple[PairFacts, ...] = ()


Measure = Callable[[int], Measured]
PlanOf = Callable[[int], Plan]


@dataclass(frozen=True)
class Course:
    """The first day on which each thing was said; None: never."""

    harm_on: int | None
    go_on: int | None
    futile_on: int | None

    @property
    def said(self) -> dict[str, float]:
        """Counted as 0 and 1; `any` of the three."""
        found = {
            "harm": float(self.harm_on is not None),
            "go": float(self.go_on is not None),
            "futile": float(self.futile_on is not None),
        }
        return {**found, "any": max(found.values())}


def arms_of(before: Sequence[ArmFacts], ledgers: Sequence[Ledger]) -> Measure:
    """The frozen baseline beside the running ledgers."""
    return lambda day: Measured(arms=(*before, *(ledger.arm(day) for ledger in ledgers)))


def looks(plan_on: PlanOf, measure: Measure, days: Iterable[int]) -> Iterator[tuple[int, Verdict]]:
    """A verdict of record at the end of each day, each with the breaches of the one before latched."""
    latched: tuple[Latch, ...] = ()
    for day in days:
        now, measured = START + timedelta(days=day), measure(day)
        facts = Facts(as_of=now, arms=measured.arms, pairs=measured.pairs, latched=latched)
        verdict = judge(plan_on(day), facts, now, forecasts=False)
        latched = tuple(Latch(trigger=key, since=now, sentence=key) for key in verdict.breached)
        yield day, verdict


def follow(
    plan_on: PlanOf, measure: Measure, days: Iterable[int], *, until: Collection[str] = ("harm",)
) -> Course:
    """Until harm is found: a breach latches, so that no later look could say anything else.

    After GO or futility the looks go on, as if nobody had signed, which is the worst case for error; `until` names
    what else ends them."""
    first: dict[str, int] = {}
    for day, verdict in looks(plan_on, measure, days):
        for name in _said(verdict):
            first.setdefault(name, day)
        if any(name in first for name in until):
            break
    return Course(first.get("harm"), first.get("go"), first.get("futile"))


def always(plan: Plan) -> PlanOf:
    return lambda day: plan


def _said(verdict: Verdict) -> list[str]:
    if verdict.code in STOPPED:
        return ["harm"]
    if verdict.flag is Flag.GO:
        return ["go"]
    return ["futile"] if verdict.code is ReasonCode.FUTILITY else []
