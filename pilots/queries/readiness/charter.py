"""What the charter itself must say before the start."""

from collections.abc import Iterator

from django.conf import settings

from pilots.models import Pilot
from pilots.queries.readiness.point import Lint, Missing


def points(pilot: Pilot) -> Iterator[Missing]:
    yield from _friction(pilot)
    yield from _scope(pilot)
    yield from _questions(pilot)
    yield from _people(pilot)
    yield from _window(pilot)


def _friction(pilot: Pilot) -> Iterator[Missing]:
    if not pilot.friction.strip():
        yield Missing(
            "friction",
            "Nobody said what hurts today.",
            "Describe the friction in a sentence or two.",
            Lint.FRICTION,
        )
    if pilot.volume_per_month is None:
        yield Missing(
            "volume_per_month",
            "A promise without a volume cannot be judged.",
            "Enter the items a month, today.",
            Lint.PROMISE_WITHOUT_VOLUME,
        )
    if pilot.minutes_per_item is None:
        yield Missing(
            "minutes_per_item",
            "Without today's effort there is no before.",
            "Enter the minutes an item takes, today.",
            Lint.PROMISE_WITHOUT_MINUTES,
        )


def _scope(pilot: Pilot) -> Iterator[Missing]:
    if not pilot.scope_out.strip():
        yield Missing(
            "scope_out",
            "A pilot without a border grows into a rollout.",
            "Say what does not belong to it.",
            Lint.SCOPE_NOT_NARROW,
        )
    flows = [line for line in pilot.workflow.replace(";", "\n").splitlines() if line.strip()]
    if len(flows) > 1:
        yield Missing(
            "workflow",
            f"{len(flows)} flows are named, and a pilot tries one.",
            "Keep one, and log the others as pilots of their own.",
            Lint.TWO_FLOWS,
        )


def _questions(pilot: Pilot) -> Iterator[Missing]:
    for field, reason, fix in (
        ("real_problem", "Nobody said which real problem it solves.", "Answer the first opening question."),
        (
            "extra_control",
            "Nobody said where it begins to need extra control.",
            "Answer the second opening question.",
        ),
        (
            "silent_failure",
            "Nobody said how it could fail without being noticed.",
            "Answer the third opening question.",
        ),
    ):
        if not getattr(pilot, field).strip():
            yield Missing(field, reason, fix, Lint(field))
    if pilot.silent_failure.strip() and pilot.silent_failure_trigger_id is None:
        yield Missing(
            "silent_failure_trigger",
            "The silent failure has no stop trigger that would notice it.",
            "Choose the trigger, or add one to a metric that shows it.",
            Lint.SILENT_FAILURE_TRIGGER,
        )


def _people(pilot: Pilot) -> Iterator[Missing]:
    if not pilot.decider.has_perm("pilots.sign_pilot"):
        yield Missing(
            "decider",
            f"{pilot.decider} may not sign decisions.",
            "Choose a decider from the group Managers, or add her to it.",
            Lint.DECIDER,
        )
    if not pilot.owner.is_active:
        yield Missing(
            "owner",
            f"{pilot.owner} is no longer active.",
            "Hand the pilot over to somebody who is.",
            Lint.OWNER,
        )


def _window(pilot: Pilot) -> Iterator[Missing]:
    least, after = settings.PILOT_WINDOW_MIN_DAYS, settings.PILOT_MAINTENANCE_MIN_DAYS
    days = (pilot.window_end - pilot.window_start).days + 1
    maintenance = (pilot.window_end - pilot.maintenance_start).days + 1
    if days < least:
        yield Missing(
            "window_end",
            f"The window has {days} days; the organisation asks for {least}, so that more than the first "
            "impression is seen.",
            "Move its end.",
            Lint.WINDOW_TOO_SHORT,
        )
    if pilot.baseline_start is not None:
        yield from _baseline((pilot.window_start - pilot.baseline_start).days)
    if maintenance < after:
        yield Missing(
            "maintenance_start",
            f"The maintenance phase has {maintenance} days; the organisation asks for {after}.",
            "Begin it earlier or end the window later.",
            Lint.MAINTENANCE_TOO_SHORT,
        )


def _baseline(days: int) -> Iterator[Missing]:
    if days < settings.PILOT_BASELINE_MIN_DAYS:
        yield Missing(
            "baseline_start",
            f"The baseline has {days} days; the organisation asks for {settings.PILOT_BASELINE_MIN_DAYS}, so that "
            "one odd day is not what everything is compared with.",
            "Begin it earlier, or leave it empty where nothing is compared with a before.",
            Lint.BASELINE_TOO_SHORT,
        )
