"""Rows of the running statistics as the arms that the judge reads."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from pilots.judging import outcomes
from pilots.judging.codec import decimal_text
from pilots.judging.facts import ArmFacts, DayFacts, Outcome, Phase
from pilots.judging.plan import Direction, Estimand, MetricPlan, Plan
from pilots.queries.facts import frames, infra
from pilots.queries.facts.infra import Place

NONE_BEYOND: dict[str, int] = {}
ERRORS = ("abstained", "escalated", "refused", "blocked", "timeout", "error", "infra_error")
OUTCOMES = ("ok", *ERRORS)
outcomes_of = attrgetter("n", *ERRORS)


@dataclass(frozen=True)
class Names:
    """Keys of metrics and slugs of candidates by id, and the signature that each metric was counted with."""

    metrics: dict[int, str]
    candidates: dict[int, str]
    frames: dict[str, frames.Signature]


def arms(
    pilot_id: int, plan: Plan, *, parts: list[Any], days: list[Any], names: Names, as_of: datetime
) -> tuple[ArmFacts, ...]:
    """`parts` are whole series (segment "") and their segments, `days` the days of whole series of the pilot phases."""
    plans = {metric.key: metric for metric in plan.metrics}
    limits = {key: frames.limits(names.frames[key]) for key in plans}
    failed = {key: attrgetter(*failures(metric)) for key, metric in plans.items()}
    daily: dict[Place, list[DayFacts]] = defaultdict(list)
    for row in days:
        key = names.metrics[row.metric_id]
        if key in plans:
            daily[_place(row)].append(_day(row, failed[key], limits[key]))
    told = [row for row in parts if row.rows and names.metrics[row.metric_id] in plans]
    broken = _broken(pilot_id, told, as_of=as_of)
    return tuple(
        _arm(
            row,
            metric=names.metrics[row.metric_id],
            candidate=names.candidates[row.candidate],
            limits=limits[names.metrics[row.metric_id]],
            infra_run=0 if row.segment else broken.get(_place(row), 0),
            daily=[] if row.segment else daily[_place(row)],
        )
        for row in told
    )


def failures(metric: MetricPlan) -> tuple[str, ...]:
    """Outcomes that stand for the metric's worst value."""
    declined = metric.estimand is Estimand.RATE or (
        metric.estimand is not Estimand.QUANTILE and metric.direction is Direction.HIGHER
    )
    chosen: tuple[Outcome, ...] = (*outcomes.FAILED, *(outcomes.DECLINED if declined else ()))
    return tuple(outcome.value for outcome in chosen)


def _broken(pilot_id: int, rows: list[Any], *, as_of: datetime) -> dict[Place, int]:
    """Only series whose newest row is no good one can end in infrastructure errors."""
    ends = [
        row
        for row in rows
        if not row.segment and row.infra_error and (row.good_at is None or row.seen_at > row.good_at)
    ]
    since = (
        None if any(row.good_at is None for row in ends) else min((row.good_at for row in ends), default=None)
    )
    return infra.runs(pilot_id, metrics=(row.metric_id for row in ends), since=since, as_of=as_of)


def _place(row: Any) -> Place:
    return row.metric_id, row.candidate, row.phase, row.epoch


def _day(row: Any, failed: Callable[[Any], tuple[int, ...]], limits: list[str]) -> DayFacts:
    return DayFacts(
        day=row.day,
        n=row.n,
        total=row.total,
        squares=row.squares,
        yes=row.ones,
        beyond=_beyond(row, limits) if limits else NONE_BEYOND,
        failed=sum(failed(row)),
    )


def _beyond(row: Any, limits: list[str]) -> dict[str, int]:
    return {text: getattr(row, f"beyond_{number}") for number, text in enumerate(limits, start=1)}


def _arm(
    row: Any, *, metric: str, candidate: str, limits: list[str], infra_run: int, daily: list[DayFacts]
) -> ArmFacts:
    counts = zip(OUTCOMES, outcomes_of(row), strict=True)
    return ArmFacts(
        metric=metric,
        candidate=candidate,
        phase=Phase(row.phase),
        epoch=row.epoch,
        segment=row.segment,
        n=row.n,
        total=row.total,
        squares=row.squares,
        yes=None if row.averaged else row.ones,
        averaged=bool(row.averaged),
        beyond=_beyond(row, limits),
        outcomes={name: count for name, count in counts if count},
        rows=row.rows,
        days=row.days or len(daily),
        first_at=row.first_at,
        last_at=row.last_at,
        infra_run=infra_run,
        daily=tuple(sorted(daily, key=lambda each: each.day)),
        digest=decimal_text(Decimal(row.digest)),
    )
