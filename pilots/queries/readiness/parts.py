"""What candidates, metrics, goals and triggers must be before the start."""

from collections.abc import Iterator, Sequence

from evaluations.models.catalogue import Weights
from pilots.models import Candidate, Metric, Pilot
from pilots.models.candidate import Role
from pilots.models.kit import Kit
from pilots.models.metric import Design, Estimand, Link, Response
from pilots.queries import kit
from pilots.queries.readiness.point import Lint, Missing

KIT_FIXES = {
    Kit.MIGRATION_COST: "Enter what the move costs once, as far as you know.",
    Kit.CONTROL: "Rate the four axes of control, each with its evidence.",
    Kit.ECOSYSTEM: "Enter one dated finding at least: releases, issues, documentation, adapters or support.",
}


def of_candidates(candidates: Sequence[Candidate]) -> Iterator[Missing]:
    if Role.PRIMARY not in {each.role for each in candidates}:
        yield Missing(
            "candidates",
            "No model is under trial.",
            "Add a candidate with the role Primary.",
            Lint.NO_PRIMARY,
        )
        return
    weights = {each.deployment.model.weights for each in candidates if each.deployment}
    if not (Weights.CLOSED in weights and weights - {Weights.CLOSED}):
        kind = "closed" if weights == {Weights.CLOSED} else "open"
        yield Missing(
            "candidates",
            f"Only {kind} models are compared, so nobody learns what the other kind would do.",
            f"Add {'an open' if kind == 'closed' else 'a closed'} one as challenger.",
            Lint.ONE_KIND_OF_MODEL,
        )


def of_metrics(metrics: Sequence[Metric]) -> Iterator[Missing]:
    if not any(hasattr(metric, "goal") for metric in metrics):
        yield Missing(
            "goals", "Without a goal nothing can be proven.", "Give at least one metric a goal.", Lint.NO_GOAL
        )
    triggers = [metric.stop_trigger for metric in metrics if hasattr(metric, "stop_trigger")]
    if not triggers:
        yield Missing(
            "triggers",
            "Without a stop trigger nothing can stop the pilot.",
            "Give at least one metric a stop trigger.",
            Lint.NO_TRIGGER,
        )
    elif not any(trigger.response == Response.FALLBACK for trigger in triggers):
        yield Missing(
            "triggers",
            "Nothing sends the work back to the fallback: a stop alone leaves it undone.",
            "Let at least one stop trigger fall back when it fires.",
            Lint.NO_FALLBACK_TRIGGER,
        )
    for metric in metrics:
        yield from _of_criteria(metric)


def of_kit(pilot: Pilot, metrics: Sequence[Metric]) -> Iterator[Missing]:
    for line in kit.without_source(pilot, metrics):
        yield Missing(
            line.home,
            f"{line.name} belongs to the metric kit and comes from nowhere yet.",
            KIT_FIXES.get(line.kit, f"Add a metric with the key {line.kit}."),
            Lint.KIT,
            about=str(line.kit),
        )


def _of_criteria(metric: Metric) -> Iterator[Missing]:
    goal, trigger = getattr(metric, "goal", None), getattr(metric, "stop_trigger", None)
    criteria = [criterion for criterion in (goal, trigger) if criterion]
    if criteria and metric.link == Link.ACTIVITY:
        yield Missing(
            "metrics",
            f"{metric.name} counts activity, which is not value.",
            "Remove its goal and trigger, or change its link.",
            Lint.ACTIVITY_DECIDES,
        )
    if metric.design == Design.ABSOLUTE and any(criterion.margin is not None for criterion in criteria):
        yield Missing(
            "metrics",
            f"{metric.name} is held against a number, so a margin has nothing to be better or worse than.",
            "Give a target or a limit instead, or choose a design that compares.",
            Lint.MARGIN_AGAINST_NOTHING,
        )
    if goal and metric.estimand == Estimand.TOTAL:
        yield Missing(
            "goals",
            f"{metric.name} is a running total and can only be limited.",
            "Remove its goal.",
            Lint.GOAL_ON_TOTAL,
        )
    if trigger and trigger.hard and metric.estimand != Estimand.TOTAL:
        yield Missing(
            "triggers",
            f"{metric.name} is no running total, so a hard trigger on it would fire by chance.",
            "Untick hard, or choose the estimand Total.",
            Lint.HARD_BY_CHANCE,
        )
