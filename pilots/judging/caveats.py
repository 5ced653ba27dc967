"""Warnings that belong beside every figure: design, gaps, epochs, extensions, what does not count as real."""

from __future__ import annotations

from pilots.judging.case import Case
from pilots.judging.estimates.gaps import TOLERATED_SHARE
from pilots.judging.facts import Outcome
from pilots.judging.plan import Design, Direction, Estimand
from pilots.judging.selection import current_epoch
from pilots.judging.sentences import counted, inside, listed, percent
from pilots.judging.verdict import ArmSummary, MetricResult, Role, Status

NOT_RANDOMISED = "Not randomised: effects of time are possible"
P95_UNITS = 112
"""About where the upper end of a p95 becomes finite."""


def warnings_of(case: Case) -> tuple[str, ...]:
    """Full sentences without a full stop, most general first, each once."""
    found = [*_design(case), *_simulated(case), *_epochs(case), *_extensions(case), *_corrections(case)]
    for result in case.results:
        if result.decides:
            found += _gaps(result) + _refusals(result) + _open_ends(result) + _timeouts(case, result)
    found += _challengers(case)
    return tuple(dict.fromkeys(found))


def _design(case: Case) -> list[str]:
    before_after = any(metric.design is Design.BEFORE_AFTER for metric in case.plan.metrics)
    return [NOT_RANDOMISED] if before_after else []


def _simulated(case: Case) -> list[str]:
    kinds = sorted(case.facts.simulated)
    return [f"Includes {listed(kinds)} data: not evidence about real work"] if kinds else []


def _epochs(case: Case) -> list[str]:
    number = current_epoch(case.facts, case.plan.primary) + 1
    if number == 1:
        return []
    return [
        f"The configuration changed: this is epoch {number}, judged on its own data; earlier ones are only shown"
    ]


def _extensions(case: Case) -> list[str]:
    used = case.plan.extensions.used
    return [f"Extended {counted(used, 'time')} already"] if used else []


def _corrections(case: Case) -> list[str]:
    ordered = sorted(case.facts.corrections, key=lambda correction: (correction.at, correction.trigger))
    return [
        f"Faulty data of {correction.trigger!r} were corrected on {correction.at.date().isoformat()}, approved by "
        f"{correction.approved_by}: {correction.reason}"
        for correction in ordered
    ]


def _gaps(result: MetricResult) -> list[str]:
    found = []
    for side, arm in (("", result.after), (" on the other side", result.before)):
        share = _missing_share(arm)
        if share <= 0:
            continue
        counted_as = (
            "counted as the worst case for GO and the best for stop"
            if share > TOLERATED_SHARE
            else "left out"
        )
        found.append(
            f"{percent(share)} of the values of {inside(result.label)}{side} are missing; {counted_as}"
        )
    return found


def _missing_share(arm: ArmSummary | None) -> float:
    return arm.missing / (arm.n + arm.missing) if arm is not None and arm.missing else 0.0


def _refusals(result: MetricResult) -> list[str]:
    if result.after is None or result.role is Role.MONITOR:
        return []
    refused = result.after.outcomes.get(Outcome.REFUSED, 0)
    return [f"{counted(refused, 'refusal')} in {inside(result.label)}"] if refused else []


def _timeouts(case: Case, result: MetricResult) -> list[str]:
    """A time-out has to count as something: the cap."""
    if result.after is None or result.estimand != Estimand.MEAN or result.direction != Direction.LOWER:
        return []
    failed = sum(result.after.outcomes.get(outcome, 0) for outcome in (Outcome.TIMEOUT, Outcome.ERROR))
    capped = any(metric.key == result.metric and metric.cap is not None for metric in case.plan.metrics)
    if not failed or capped:
        return []
    return [
        f"{counted(failed, 'time-out')} of {inside(result.label)} count as missing: the plan fixes no cap"
    ]


def _open_ends(result: MetricResult) -> list[str]:
    arm = result.after
    if result.estimand != Estimand.QUANTILE or arm is None or arm.value is None or arm.high is not None:
        return []
    return [f"The upper end of {inside(result.label)} is open: about {P95_UNITS} units are needed for a p95"]


def _challengers(case: Case) -> list[str]:
    """Other candidates decide nothing, but a breach of theirs is said."""
    return [
        f"Candidate {result.candidate}: {result.reason}"
        for result in case.results
        if not result.decides and result.role is Role.TRIGGER and result.status is Status.BREACHED
    ]
