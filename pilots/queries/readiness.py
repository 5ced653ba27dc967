"""What keeps a draft from starting: each point names the field, the reason and the fix."""

from collections.abc import Iterator
from dataclasses import dataclass

from pilots.models import Metric, Pilot
from pilots.models.candidate import Role
from pilots.models.metric import Design, Estimand, Link


@dataclass(frozen=True)
class Missing:
    field: str
    reason: str
    fix: str


def missing(pilot: Pilot) -> list[Missing]:
    """Empty when the pilot can start. Reads the pilot and its parts."""
    metrics = list(pilot.metrics.select_related("goal", "stop_trigger"))
    return [*_of_charter(pilot), *_of_candidates(pilot), *_of_metrics(metrics)]


def _of_charter(pilot: Pilot) -> Iterator[Missing]:
    if not pilot.friction.strip():
        yield Missing(
            "friction", "Nobody said what hurts today.", "Describe the friction in a sentence or two."
        )
    if pilot.volume_per_month is None:
        yield Missing(
            "volume_per_month",
            "A promise without a volume cannot be judged.",
            "Enter the items a month, today.",
        )
    if pilot.minutes_per_item is None:
        yield Missing(
            "minutes_per_item",
            "Without today's effort there is no before.",
            "Enter the minutes an item takes, today.",
        )
    if not pilot.scope_out.strip():
        yield Missing(
            "scope_out", "A pilot without a border grows into a rollout.", "Say what does not belong to it."
        )
    if not pilot.decider.has_perm("pilots.sign_pilot"):
        yield Missing(
            "decider",
            f"{pilot.decider} may not sign decisions.",
            "Choose a decider from the group Managers, or add her to it.",
        )
    if not pilot.owner.is_active:
        yield Missing(
            "owner", f"{pilot.owner} is no longer active.", "Hand the pilot over to somebody who is."
        )


def _of_candidates(pilot: Pilot) -> Iterator[Missing]:
    roles = set(pilot.candidates.values_list("role", flat=True))
    if Role.PRIMARY not in roles:
        yield Missing("candidates", "No model is under trial.", "Add a candidate with the role Primary.")


def _of_metrics(metrics: list[Metric]) -> Iterator[Missing]:
    goals = [metric for metric in metrics if hasattr(metric, "goal")]
    triggers = [metric for metric in metrics if hasattr(metric, "stop_trigger")]
    if not goals:
        yield Missing("goals", "Without a goal nothing can be proven.", "Give at least one metric a goal.")
    if not triggers:
        yield Missing(
            "triggers",
            "Without a stop trigger nothing can stop the pilot.",
            "Give at least one metric a stop trigger.",
        )
    for metric in metrics:
        yield from _of_criteria(metric)


def _of_criteria(metric: Metric) -> Iterator[Missing]:
    goal, trigger = getattr(metric, "goal", None), getattr(metric, "stop_trigger", None)
    criteria = [criterion for criterion in (goal, trigger) if criterion]
    if criteria and metric.link == Link.ACTIVITY:
        yield Missing(
            "metrics",
            f"{metric.name} counts activity, which is not value.",
            "Remove its goal and trigger, or change its link.",
        )
    if metric.design == Design.ABSOLUTE and any(criterion.margin is not None for criterion in criteria):
        yield Missing(
            "metrics",
            f"{metric.name} is held against a number, so a margin has nothing to be better or worse than.",
            "Give a target or a limit instead, or choose a design that compares.",
        )
    if goal and metric.estimand == Estimand.TOTAL:
        yield Missing(
            "goals", f"{metric.name} is a running total and can only be limited.", "Remove its goal."
        )
    if trigger and trigger.hard and metric.estimand != Estimand.TOTAL:
        yield Missing(
            "triggers",
            f"{metric.name} is no running total, so a hard trigger on it would fire by chance.",
            "Untick hard, or choose the estimand Total.",
        )
