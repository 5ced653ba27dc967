"""Whom a schedule asks, and with which prompt."""

from evaluations.actions.runs import TargetSpec
from pilots.models import Candidate, EvaluationSchedule
from pilots.models.candidate import Role
from pilots.models.schedule import Purpose


class NobodyToAsk(Exception):
    """The message says what is missing and what to do."""


def of(schedule: EvaluationSchedule) -> list[TargetSpec]:
    """One target a candidate. Raises NobodyToAsk for a drill or a canary that could show nothing."""
    asked = _candidates(schedule)
    specs = [
        TargetSpec(key=each.slug, deployment=each.deployment, prompt=prompt)
        for each in asked
        if each.deployment and (prompt := schedule.prompt or each.prompt)
    ]
    keys = {spec.key for spec in specs}
    if schedule.purpose == Purpose.DRILL:
        _refuse_lame_drill({each.role for each in asked if each.slug in keys})
    if schedule.purpose == Purpose.CANARY:
        _refuse_warm_canary(specs)
    return specs


def _candidates(schedule: EvaluationSchedule) -> list[Candidate]:
    chosen = list(schedule.candidates.select_related("deployment", "prompt__suite").order_by("id"))
    if chosen:
        return chosen
    everybody = schedule.pilot.candidates.select_related("deployment", "prompt__suite").order_by("id")
    roles: set[str] = {
        Purpose.DRILL: {Role.PRIMARY.value, Role.FALLBACK.value},
        Purpose.CANARY: {Role.PRIMARY.value},
        Purpose.MEASURE: set(Role.values),
    }[Purpose(schedule.purpose)]
    return [each for each in everybody if each.role in roles]


def _refuse_lame_drill(roles: set[str]) -> None:
    if not {Role.PRIMARY, Role.FALLBACK} <= roles:
        raise NobodyToAsk(
            "A fallback drill needs a primary and a fallback candidate, each with a deployment and a prompt. "
            "Add the one that is missing."
        )


def _refuse_warm_canary(specs: list[TargetSpec]) -> None:
    if not specs:
        raise NobodyToAsk(
            "The canary has nobody to ask. Give the primary candidate a prompt, or choose one here."
        )
    for spec in specs:
        if spec.deployment.temperature:
            raise NobodyToAsk(
                f"A canary asks at temperature 0; {spec.deployment} has {spec.deployment.temperature:g}. "
                "Use a deployment of its own with temperature 0."
            )
