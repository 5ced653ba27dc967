"""Every criterion and monitor of a plan, judged: what the rules then read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from pilots.judging import drift_alarm
from pilots.judging.budgets import futility_alpha, harm_alpha
from pilots.judging.case import Case
from pilots.judging.criteria import Criterion, of_goal, of_monitor, of_trigger
from pilots.judging.drift_alarm import Drift
from pilots.judging.facts import Facts
from pilots.judging.inquiry import ALL_CASES
from pilots.judging.payback import payback_of
from pilots.judging.plan import Goal, MetricPlan, Plan, StopTrigger
from pilots.judging.results import judge_criterion, unreadable
from pilots.judging.selection import pilot_arms
from pilots.judging.verdict import MetricResult, PaybackResult


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A plan with its facts at one moment. Without `forecasts` nothing is said about what is still needed."""

    plan: Plan
    facts: Facts
    as_of: datetime
    forecasts: bool = True
    drifts: dict[tuple[str, str], Drift] = field(default_factory=dict)

    def judge(self, criterion: Criterion, candidate: str) -> MetricResult:
        return judge_criterion(
            self.plan,
            self.facts,
            criterion,
            candidate=candidate,
            as_of=self.as_of,
            drift=lambda: self.drift(criterion.metric, candidate),
            forecasts=self.forecasts,
        )

    def drift(self, metric: MetricPlan, candidate: str) -> Drift:
        """Read once a candidate and metric, whatever the number of criteria on it."""
        key = candidate, metric.key
        if key not in self.drifts:
            arms = pilot_arms(self.facts, metric, candidate, ALL_CASES)
            self.drifts[key] = drift_alarm.drift_of(metric, arms)
        return self.drifts[key]


def lay_out(plan: Plan, facts: Facts, as_of: datetime, *, forecasts: bool = True) -> Case:
    """Raises nothing but for a plan without exactly one primary candidate (ValueError)."""
    bench, primary = Bench(plan=plan, facts=facts, as_of=as_of, forecasts=forecasts), plan.primary
    others = sorted({candidate.slug for candidate in plan.candidates} - {primary})
    results = [result for candidate in (primary, *others) for result in _of_candidate(bench, candidate)]
    parts: list[MetricResult] = []

    def judge(criterion: Criterion) -> MetricResult:
        parts.append(bench.judge(criterion, primary))
        return parts[-1]

    return Case(
        plan=plan,
        facts=facts,
        as_of=as_of,
        results=tuple(results),
        payback=_payback(plan, facts, as_of, judge),
        payback_parts=tuple(parts),
    )


def _of_candidate(bench: Bench, candidate: str) -> list[MetricResult]:
    """The control is not judged against itself: it is shown by itself, metric by metric."""
    plan = bench.plan
    if candidate == plan.control and candidate != plan.primary:
        return [bench.judge(of_monitor(plan, metric, alone=True), candidate) for metric in plan.metrics]
    written: tuple[Goal | StopTrigger, ...] = (*plan.goals, *plan.triggers)
    gates = [_gate(bench, item, candidate) for item in written]
    judged = {item.metric for item in written}
    rest = [metric for metric in plan.metrics if metric.key not in judged]
    return gates + [bench.judge(of_monitor(plan, metric), candidate) for metric in rest]


def _gate(bench: Bench, item: Goal | StopTrigger, candidate: str) -> MetricResult:
    """A goal or trigger that cannot even be read is a result too, and blocks GO."""
    plan = bench.plan
    try:
        criterion = criterion_of(plan, item)
    except Exception as error:  # whatever is wrong with it, losing a gate would make GO easier
        return unreadable(plan, bench.facts, item, candidate, error)
    return bench.judge(criterion, candidate)


def criterion_of(plan: Plan, item: Goal | StopTrigger) -> Criterion:
    """With its share of the error budgets. Raises ValueError or KeyError when it cannot be judged as written."""
    if isinstance(item, Goal):
        return of_goal(plan, item, futility_alpha=futility_alpha(plan))
    return of_trigger(plan, item, harm_alpha=harm_alpha(plan, item))


def _payback(
    plan: Plan, facts: Facts, as_of: datetime, judge: Callable[[Criterion], MetricResult]
) -> PaybackResult:
    try:
        return payback_of(plan, facts, as_of, judge)
    except Exception as error:  # an unknown pay-back blocks GO; a lost one would not
        return PaybackResult(applicable=True, met=None, sentence=f"pay-back could not be evaluated: {error}")
