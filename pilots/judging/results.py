"""One criterion of one candidate, judged: estimate, status, sentence and forecast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from evaluations.stats.interval import Interval
from pilots.judging.arm_summaries import summarise
from pilots.judging.codec import decimal_text
from pilots.judging.criteria import Criterion
from pilots.judging.drift_alarm import Drift
from pilots.judging.estimates.estimate import Estimate
from pilots.judging.facts import Facts
from pilots.judging.inquiry import ALL_CASES, Inquiry, inquire, latch_of, quiet
from pilots.judging.plan import Design, Estimand, Goal, Plan, StopTrigger
from pilots.judging.projection import clock_of, project
from pilots.judging.selection import baseline_arms, pilot_arms
from pilots.judging.sentences import inside
from pilots.judging.status import Reading, status_of
from pilots.judging.verdict import ArmSummary, Forecast, MetricResult, Range, Role, Status
from pilots.judging.wording import reason_for

NEGATIVE = frozenset({Status.BREACHED, Status.REFUTED})
OPEN_STATUSES = frozenset({Status.UNDECIDED, Status.INSUFFICIENT})


def judge_criterion(
    plan: Plan,
    facts: Facts,
    criterion: Criterion,
    *,
    candidate: str,
    as_of: datetime,
    segments: frozenset[str] = ALL_CASES,
    drift: Callable[[], Drift] = quiet,
    forecasts: bool = True,
) -> MetricResult:
    """Never raises: what could not be evaluated is a result of status ERROR that says so, and blocks GO."""
    try:
        found = inquire(
            plan, facts, criterion, candidate=candidate, as_of=as_of, segments=segments, drift=drift()
        )
        return _result(found, forecasts=forecasts)
    except Exception as error:  # whatever went wrong, the record must show it rather than lose the criterion
        return could_not_evaluate(plan, facts, criterion, candidate, error)


def could_not_evaluate(
    plan: Plan, facts: Facts, criterion: Criterion, candidate: str, error: Exception
) -> MetricResult:
    """The result that stands in for one that raised; a latched trigger stays breached even so."""
    reason = f"{inside(criterion.metric.label)} could not be evaluated: {error}"
    blank = _blank(
        criterion, candidate, decides=candidate == plan.primary, status=Status.ERROR, reason=reason
    )
    latch = latch_of(facts, criterion) if blank.decides else None
    if latch is None:
        return blank
    return replace(
        blank,
        status=Status.BREACHED,
        reason=f"{reason}; breached since {latch.since.date().isoformat()}, and a breach stays",
        latched=True,
        latched_since=latch.since,
        first_breach=latch.sentence,
    )


def unreadable(
    plan: Plan, facts: Facts, item: Goal | StopTrigger, candidate: str, error: Exception
) -> MetricResult:
    """The result of a goal or trigger that is written wrongly; a latched trigger stays breached even so."""
    role = Role.GOAL if isinstance(item, Goal) else Role.TRIGGER
    reason = f"{role.value} {item.key!r} could not be evaluated: {error}"
    decides = candidate == plan.primary
    latches = [latch for latch in facts.latched if latch.trigger == item.key] if decides else []
    return MetricResult(
        key=item.key,
        metric=item.metric,
        label=item.metric,
        unit="",
        role=role,
        candidate=candidate,
        design="",
        estimand="",
        direction="",
        status=Status.BREACHED if latches and role is Role.TRIGGER else Status.ERROR,
        reason=reason,
        decides=decides,
        hard=isinstance(item, StopTrigger) and item.hard,
        latched=bool(latches),
        latched_since=min((latch.since for latch in latches), default=None),
    )


def _result(found: Inquiry, *, forecasts: bool) -> MetricResult:
    criterion, estimate = found.criterion, found.estimate
    after, before = _summaries(found)
    reading = _reading(found)
    status, today = status_of(reading), status_of(replace(reading, latched=False))
    shown = None if estimate is None else _range(_shown(status, estimate))
    decides = found.candidate == found.plan.primary and found.segments == ALL_CASES
    breached_today = today is Status.BREACHED
    reason = reason_for(found, status, after, before, shown, breached_today=breached_today)
    return replace(
        _blank(criterion, found.candidate, decides=decides, status=status, reason=reason),
        method=estimate.method if estimate else "",
        parameters=dict(estimate.parameters) if estimate else {},
        segment=", ".join(sorted(found.segments)),
        epoch=found.sides.epoch,
        after=after,
        before=before,
        estimate=estimate.delta if estimate else None,
        se=estimate.se if estimate else None,
        interval=shown,
        prove=None if estimate is None else _range(estimate.prove),
        refute=None if estimate is None else _range(estimate.refute),
        alpha=criterion.refute_alpha if status in NEGATIVE else criterion.prove_alpha,
        insufficient=not found.short.enough and criterion.metric.estimand is not Estimand.TOTAL,
        latched=found.latch is not None,
        latched_since=found.latch.since if found.latch else None,
        first_breach=_first_breach(found, status, reason),
        drift_from=found.drift.since if found.drift.alarmed else None,
        forecast=_forecast(found) if forecasts and status in OPEN_STATUSES else None,
    )


def _blank(
    criterion: Criterion, candidate: str, *, decides: bool, status: Status, reason: str
) -> MetricResult:
    metric = criterion.metric
    return MetricResult(
        key=criterion.key,
        metric=metric.key,
        label=metric.label,
        unit=metric.unit,
        role=criterion.role,
        candidate=candidate,
        design=criterion.design.value,
        estimand=metric.estimand.value,
        direction=metric.direction.value,
        status=status,
        reason=reason,
        decides=decides,
        required=criterion.required,
        hard=criterion.hard,
        alpha=criterion.prove_alpha,
        margin=None if criterion.margin is None else decimal_text(criterion.margin),
        limit=None if criterion.reference is None else decimal_text(criterion.reference),
        relative=criterion.relative,
        threshold=float(criterion.threshold),
    )


def _reading(found: Inquiry) -> Reading:
    estimate, short = found.estimate, found.short
    return Reading(
        role=found.criterion.role,
        n=found.sides.n,
        has_base=found.has_base,
        latched=found.latch is not None,
        infra_run=found.sides.infra_run,
        age_seconds=found.age_seconds,
        stale_after_seconds=found.criterion.metric.stale_after_seconds,
        silent=found.silence is not None,
        drifted=found.drift.alarmed,
        mixed=found.mixed,
        insufficient=not short.enough,
        may_breach=estimate is not None and (estimate.exact or short.enough_units),
        exact_total=found.criterion.metric.estimand is Estimand.TOTAL,
        low=estimate.prove.low if estimate else None,
        high=estimate.refute.high if estimate else None,
        threshold=float(found.criterion.threshold),
        alarm=estimate.alarm if estimate else None,
    )


def _summaries(found: Inquiry) -> tuple[ArmSummary, ArmSummary | None]:
    metric, criterion = found.criterion.metric, found.criterion
    arms = pilot_arms(found.facts, metric, found.candidate, found.segments)
    after = summarise(criterion, found.sides.pilot, arms)
    base = found.sides.base
    if base is None:
        return after, None
    if criterion.design is Design.BEFORE_AFTER:
        return after, summarise(criterion, base, baseline_arms(found.facts, metric, found.segments))
    control = pilot_arms(found.facts, metric, found.plan.control or "", found.segments)
    return after, summarise(criterion, base, control)


def _shown(status: Status, estimate: Estimate) -> Interval:
    return estimate.refute if status in NEGATIVE else estimate.prove


def _range(interval: Interval) -> Range:
    return Range(low=interval.low, high=interval.high)


def _first_breach(found: Inquiry, status: Status, reason: str) -> str:
    """The sentence of the look that saw it first."""
    if status is not Status.BREACHED:
        return ""
    return found.latch.sentence if found.latch else reason


def _forecast(found: Inquiry) -> Forecast | None:
    return project(found.criterion, found.sides, clock_of(found.plan, found.as_of), found.short)
