"""What a draft stop trigger would have done: the judge's own look at the end of each day that brought numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from decimal import Decimal

from django.db.models.functions import TruncDate

from evaluations.models.run import Outcome
from evaluations.models.suite import Provenance
from pilots.judging.draft_rules import fault_of
from pilots.judging.facts import ArmFacts, Facts
from pilots.judging.facts import Phase as JudgedPhase
from pilots.judging.plan import MetricPlan, Plan, StopTrigger
from pilots.judging.rehearsal import Rehearsal, rehearse, rehearsed
from pilots.models import Measurement, Pilot, PlanVersion
from pilots.models.candidate import Role
from pilots.models.measurement import Phase
from pilots.queries import facts, plans

MOST_LOOKS = 200
"""The newest ones; what was measured before them counts in each."""


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
    """`plan` is the pilot's own; `left_out` days came before the first look."""

    plan: Plan
    metric: MetricPlan
    rehearsal: Rehearsal
    left_out: int


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
    moments = _moments(pilot, draft.metric, now=now)
    looked = moments[-MOST_LOOKS:]
    return Rehearsed(
        plan=plan,
        metric=plan.metric(draft.metric),
        rehearsal=rehearse(alone, _days(pilot, alone, looked, now=now)),
        left_out=len(moments) - len(looked),
    )


def _moments(pilot: Pilot, metric: str, *, now: datetime) -> list[datetime]:
    """The last moment of each UTC day on which the candidate under trial was measured; of today, now."""
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
        .values_list("day", flat=True)
        .distinct()
    )
    ends = (datetime.combine(day, time.max, tzinfo=UTC) for day in sorted(days))
    return [min(end, now) for end in ends]


def _days(pilot: Pilot, plan: Plan, moments: list[datetime], *, now: datetime) -> Iterator[Facts]:
    """The "before" is taken whole on each day: it is frozen, whenever it was recorded."""
    before = _of_phase(facts.load(pilot, plan, as_of=now), baseline=True) if moments else ()
    for moment in moments:
        known = facts.load(pilot, plan, as_of=moment)
        yield replace(known, arms=before + _of_phase(known, baseline=False))


def _of_phase(known: Facts, *, baseline: bool) -> tuple[ArmFacts, ...]:
    return tuple(arm for arm in known.arms if (arm.phase is JudgedPhase.BASELINE) == baseline)
