"""What a draft stop trigger would have done: the judge's own look at the end of each day that brought numbers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from django.db.models import Max
from django.db.models.functions import TruncDate

from evaluations.models.run import Outcome
from evaluations.models.suite import Provenance
from pilots.judging.draft_rules import fault_of
from pilots.judging.facts import ArmFacts, Facts
from pilots.judging.facts import Phase as JudgedPhase
from pilots.judging.past import days_of
from pilots.judging.plan import MetricPlan, Plan, StopTrigger
from pilots.judging.rehearsal import Rehearsal, rehearse, rehearsed
from pilots.models import Measurement, Pilot, PlanVersion
from pilots.models.candidate import Role
from pilots.models.measurement import Phase
from pilots.queries import facts, plans

Item = TypeVar("Item")
MOST_LOOKS = 200
MOST_ROW_READS = 500_000
"""Where rows must be read again, so many at most over all looks: some twenty seconds on a small machine."""


class NotJudgeable(Exception):
    """A draft trigger that cannot be judged as it is written. `str()` says what to give instead."""


@dataclass(frozen=True)
class Draft:
    """A stop trigger as somebody would write it. `metric` is a key; either a margin or a limit."""

    metric: str
    margin: Decimal | None = None
    limit: Decimal | None = None
    relative: bool = False


@dataclass(frozen=True)
class Rehearsed:
    """`plan` is the pilot's own. With many numbers only every so many days is looked at: `every` is 1 for each."""

    plan: Plan
    metric: MetricPlan
    rehearsal: Rehearsal
    every: int


def plan_of(pilot: Pilot) -> Plan:
    """The plan in force, or that of a draft as its rows say now."""
    frozen = PlanVersion.objects.filter(pilot=pilot).order_by("-number").first()
    return Plan.from_json(frozen.plan) if frozen else plans.of_pilot(pilot, version=0)


def run(*, pilot: Pilot, draft: Draft, now: datetime) -> Rehearsed:
    """Nothing is written. Rows count on the day they were observed, however late they came in.

    Raises NotJudgeable, also for a pilot without a primary candidate.
    """
    plan = plan_of(pilot)
    mine = next((each for each in plan.triggers if each.metric == draft.metric), None)
    trigger = StopTrigger(
        key=mine.key if mine else f"stop:{draft.metric}",
        metric=draft.metric,
        margin=draft.margin,
        limit=draft.limit,
        relative=draft.relative,
        hard=bool(mine and mine.hard and draft.limit is not None),
    )
    if fault := fault_of(plan, trigger):
        raise NotJudgeable(fault)
    if not pilot.candidates.filter(role=Role.PRIMARY).exists():
        raise NotJudgeable("The pilot has no primary candidate yet. Add one, then rehearse.")
    alone = rehearsed(plan, trigger)
    days, every = _days(pilot, plan, alone, now=now)
    return Rehearsed(
        plan=plan, metric=plan.metric(draft.metric), rehearsal=rehearse(alone, days), every=every
    )


def fires(pilot: Pilot, plan: Plan, trigger: StopTrigger, *, known: Facts, now: datetime) -> bool:
    """Whether the trigger, as the plan has it, would have been breached at the end of any day by the rows that count.

    `known` are today's facts, read from the rows."""
    alone = rehearsed(plan, trigger)
    told = days_of(alone, known) if plan.metric(trigger.metric).counts_from is None else None
    days = (
        told
        if told is not None
        else _from_rows(pilot, alone, _moments(pilot, trigger.metric, now=now), now=now)
    )
    return rehearse(alone, days).fired is not None


def _days(pilot: Pilot, plan: Plan, alone: Plan, *, now: datetime) -> tuple[Iterable[Facts], int]:
    """From the running statistics where the totals of days tell enough, else from the rows."""
    metric = alone.metrics[0].key
    told = None
    if plan.metric(metric).counts_from is None:  # else what came before the restart is not in them
        told = days_of(alone, facts.load(pilot, plan, as_of=now))
    if told is not None:
        every = _step(len(told))
        return _thinned(told, every), every
    rows = Measurement.objects.filter(pilot=pilot, metric__key=metric).count()
    moments = _moments(pilot, metric, now=now)
    every = max(_step(len(moments)), -(-len(moments) * rows // MOST_ROW_READS), 1)
    return _from_rows(pilot, alone, _thinned(moments, every), now=now), every


def _step(days: int) -> int:
    return max(-(-days // MOST_LOOKS), 1)


def _thinned(days: Sequence[Item], every: int) -> Sequence[Item]:
    """Every so many days, counted from the last one."""
    return days[::-1][::every][::-1]


def _moments(pilot: Pilot, metric: str, *, now: datetime) -> list[datetime]:
    """The time of the last row of each UTC day on which the candidate under trial was measured."""
    provenances = [*facts.DECIDING, *([Provenance.DEMO] if pilot.is_demo else [])]
    days = (
        Measurement.objects.filter(
            pilot=pilot,
            metric__key=metric,
            phase=Phase.PILOT,
            candidate__role=Role.PRIMARY,
            provenance__in=provenances,
            observed_at__lte=now,
        )
        .exclude(outcome=Outcome.INFRA_ERROR)
        .order_by()
        .annotate(day=TruncDate("observed_at", tzinfo=UTC))
        .values("day")
        .annotate(last=Max("observed_at"))
        .values_list("last", flat=True)
    )
    return sorted(days)


def _from_rows(pilot: Pilot, plan: Plan, moments: Sequence[datetime], *, now: datetime) -> Iterator[Facts]:
    """The "before" is frozen, whenever it was recorded: it is taken whole on each day."""
    before = _of_phase(facts.from_rows(pilot, plan, as_of=now), baseline=True) if moments else ()
    for moment in moments:
        known = facts.from_rows(pilot, plan, as_of=moment)
        yield replace(known, arms=before + _of_phase(known, baseline=False))


def _of_phase(known: Facts, *, baseline: bool) -> tuple[ArmFacts, ...]:
    return tuple(arm for arm in known.arms if (arm.phase is JudgedPhase.BASELINE) == baseline)
