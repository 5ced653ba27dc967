"""Narrower scope: the segments that demonstrably hurt, when the rest is settled without them.

A proposal only. The error budget is divided among the segments; what is left in scope was chosen by the data, so
the extension has to confirm it.
"""

from __future__ import annotations

from dataclasses import replace

from pilots.judging.budgets import futility_alpha, harm_alpha
from pilots.judging.case import Case
from pilots.judging.criteria import Criterion, of_goal, of_trigger
from pilots.judging.plan import Estimand
from pilots.judging.results import judge_criterion
from pilots.judging.sentences import counted, listed
from pilots.judging.verdict import ExtendProposal, MetricResult, Status

HURTS = frozenset({Status.BREACHED, Status.REFUTED})
SETTLED = frozenset({Status.PROVEN, Status.SAFE})


def narrower_scope(case: Case) -> ExtendProposal | None:
    """None with fewer than two segments, when none hurts, when all do, or when the rest is not settled."""
    segments = segments_of(case)
    if len(segments) < 2 or not case.goals or not case.triggers:
        return None
    criteria = [_divided(criterion, len(segments)) for criterion in _criteria(case)]
    hurting = tuple(segment for segment in segments if _hurts(case, criteria, segment))
    rest = frozenset(segments) - frozenset(hurting)
    if not hurting or not rest or not _settled(case, criteria, rest):
        return None
    named = listed(hurting)
    return ExtendProposal(
        kind="narrower_scope",
        sentence=(
            f"narrower scope: without {named} ({len(hurting)} of {counted(len(segments), 'segment')}) every goal is "
            f"proven and every stop trigger safe; confirm it on new data"
        ),
        days=max(min(case.plan.d_min, case.longest_extension), 1),
        segments=hurting,
    )


def segments_of(case: Case) -> tuple[str, ...]:
    """Named segments of the judged candidate, in alphabetical order."""
    primary = case.plan.primary
    names = {arm.segment for arm in case.facts.arms if arm.candidate == primary}
    names |= {pair.segment for pair in case.facts.pairs if pair.candidate == primary}
    return tuple(sorted(names - {""}))


def _criteria(case: Case) -> list[Criterion]:
    """Totals belong to the pilot as a whole."""
    plan = case.plan
    goals = [of_goal(plan, goal, futility_alpha=futility_alpha(plan)) for goal in plan.goals]
    triggers = [of_trigger(plan, item, harm_alpha=harm_alpha(plan, item)) for item in plan.triggers]
    return [found for found in goals + triggers if found.metric.estimand is not Estimand.TOTAL]


def _divided(criterion: Criterion, segments: int) -> Criterion:
    return replace(
        criterion,
        prove_alpha=criterion.prove_alpha / segments,
        refute_alpha=criterion.refute_alpha / segments,
    )


def _hurts(case: Case, criteria: list[Criterion], segment: str) -> bool:
    return any(_judged(case, criterion, frozenset({segment})).status in HURTS for criterion in criteria)


def _settled(case: Case, criteria: list[Criterion], rest: frozenset[str]) -> bool:
    return all(_judged(case, criterion, rest).status in SETTLED for criterion in criteria)


def _judged(case: Case, criterion: Criterion, segments: frozenset[str]) -> MetricResult:
    return judge_criterion(
        case.plan,
        case.facts,
        criterion,
        candidate=case.plan.primary,
        as_of=case.as_of,
        segments=segments,
    )
