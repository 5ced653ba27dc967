"""Part of rule 5: fluent is not correct. What a model alone judged proves nothing to be correct (R26)."""

from __future__ import annotations

from pilots.judging.case import Case
from pilots.judging.facts import ModelJudged, Phase
from pilots.judging.selection import current_epoch
from pilots.judging.sentences import inside

LOOKED_AT = 30
"""Answers that people or a check must have judged beside the model."""

AGREED = 0.8
"""The share of labelled answers on which the judging model must have said what people say."""


def judged_by_a_model(case: Case) -> tuple[str, ...]:
    """One sentence for each goal or trigger that rests on a judging model's word alone, or on one that people contradict."""
    found = {judged.metric: judged for judged in case.facts.judged if judged.by_model}
    labels = {gate.metric: inside(gate.label) for gate in case.gates if gate.metric in found}
    sentences = [_sentence(label, found[metric], _others(case, metric)) for metric, label in labels.items()]
    return tuple(sentence for sentence in sentences if sentence)


def _others(case: Case, metric: str) -> int:
    """Rows of the metric that no model judged."""
    epoch = current_epoch(case.facts, case.plan.primary)
    rows = sum(
        arm.rows
        for arm in case.facts.arms_of.get(metric, ())
        if arm.candidate == case.plan.primary
        and arm.phase is not Phase.BASELINE
        and arm.epoch == epoch
        and not arm.segment
    )
    by_model = sum(judged.by_model for judged in case.facts.judged if judged.metric == metric)
    return max(rows - by_model, 0)


def _sentence(label: str, judged: ModelJudged, others: int) -> str:
    beside = others + judged.looked_at
    if beside < LOOKED_AT:
        return (
            f"{label} was judged by a model alone ({judged.by_model} answers; {beside} by people or a check): have people "
            f"or a check judge at least {LOOKED_AT} of them"
        )
    if judged.labelled and judged.agreed < AGREED * judged.labelled:
        return (
            f"{label} was judged by a model with which people agree on only {judged.agreed} of {judged.labelled} "
            "answers: correct its rubric and run again, or let a check judge"
        )
    return ""
