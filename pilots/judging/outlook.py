"""What is still ahead: the gate that takes longest, and the extension that would settle it."""

from __future__ import annotations

from dataclasses import dataclass

from pilots.judging.case import Case
from pilots.judging.rules.judged import judged_by_a_model
from pilots.judging.scope import narrower_scope
from pilots.judging.sentences import counted, inside, spread
from pilots.judging.verdict import ExtendProposal, Forecast, MetricResult, Status

HOUSEKEEPING_DAYS = 7
"""For blockers and figures that people supply."""


@dataclass(frozen=True, kw_only=True)
class Need:
    """Days until one thing is settled, with the 80 % range where it is a forecast (`high` None: open)."""

    what: str
    days: int
    low: int
    high: int | None


def slowest(case: Case) -> Forecast | None:
    """The forecast of the open gate that takes longest; one without an end comes first."""
    forecasts = [gate.forecast for gate in case.open_gates if gate.forecast is not None]
    return max(forecasts, key=lambda found: (_length(found), found.criterion), default=None)


def proposal(case: Case) -> ExtendProposal | None:
    """A narrower scope where the segments settle it, else more time; None when neither does within the limits."""
    return narrower_scope(case) or _more_time(case)


def _more_time(case: Case) -> ExtendProposal | None:
    if any(goal.status is Status.REFUTED for goal in case.goals) or not case.goals or not case.triggers:
        return None
    needs = _needs(case)
    longest = case.longest_extension
    if not needs or longest < 1:
        return None
    need = max(needs, key=lambda found: (found.days, found.what))
    if need.days > case.extensions_left * longest:
        return None
    days = max(longest if need.high is None else min(need.high, longest), 1)
    return ExtendProposal(
        kind="more_time",
        sentence=f"{counted(days, 'more day')} for {need.what} ({spread(need.low, need.high)})",
        days=days,
        days_low=need.low,
        days_high=need.high,
        metric=need.what,
    )


def _needs(case: Case) -> list[Need]:
    """Empty when something open has no end in sight."""
    forecasts = [_forecast_need(gate) for gate in (*case.open_gates, *_open_payback(case))]
    if any(need is None for need in forecasts):
        return []
    needs = [need for need in forecasts if need is not None]
    days, _ = case.maintenance_seen
    if case.plan.maintenance_from is not None and days < case.plan.maintenance_min_days:
        needs.append(_plain("the maintenance phase", case.plan.maintenance_min_days - days))
    if case.facts.blockers or judged_by_a_model(case) or case.payback.met is None or not needs:
        needs.append(_plain(_housekeeping(case), HOUSEKEEPING_DAYS))
    return needs


def _open_payback(case: Case) -> tuple[MetricResult, ...]:
    """Only a pay-back with figures that are not yet sure is waited for; what people supply is housekeeping."""
    if case.payback.met is not False:
        return ()
    return tuple(part for part in case.payback_parts if part.status is Status.UNDECIDED)


def _housekeeping(case: Case) -> str:
    if case.facts.blockers:
        return "the open blockers"
    if judged_by_a_model(case):
        return "people or a check to judge what a model alone has judged"
    return "the pay-back" if case.payback.met is None else "the last items"


def _plain(what: str, days: int) -> Need:
    return Need(what=what, days=days, low=days, high=days)


def _forecast_need(gate: MetricResult) -> Need | None:
    found = gate.forecast
    if found is None or found.days is None:
        return None
    low = found.days if found.days_low is None else min(found.days_low, found.days)
    return Need(what=inside(gate.label), days=max(found.days, 1), low=low, high=found.days_high)


def _length(found: Forecast) -> float:
    return float("inf") if found.days is None else found.days
