"""Hidden costs that begin to rise, and those that rise no more: told once for each turn (R19)."""

from datetime import datetime

from django.db import transaction

from pilots.actions import audit
from pilots.judging.kit import may_creep
from pilots.models import Event, Metric, Pilot
from pilots.queries import creeps, plans
from pilots.reading.clauses import sentences
from pilots.reading.creep import Creep

GROWS, OVER = "creep.grows", "creep.over"
ASK = "Ask what it pays for: more text in each call, more double checks, more exceptions."


def watch(*, now: datetime) -> None:
    """Looks at every pilot under trial that measures a hidden cost. One event a turn, however often and by however many
    workers it is called."""
    keys = Metric.objects.filter(pilot__in=Pilot.objects.under_trial()).values_list("pilot", "key")
    for pilot in Pilot.objects.filter(pk__in={pk for pk, key in keys if may_creep(key)}).order_by("pk"):
        look(pilot=pilot, now=now)


def look(*, pilot: Pilot, now: datetime) -> None:
    _, plan = plans.current(pilot)
    found = {each.metric.key: each for each in creeps.of_pilot(pilot, plan, list(pilot.candidates.all()))}
    _tell(pilot, found, now=now)


@transaction.atomic
def _tell(pilot: Pilot, found: dict[str, Creep], *, now: datetime) -> None:
    Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    growing: dict[str, bool] = {}
    for verb, after in (
        Event.objects.filter(pilot=pilot, verb__in=(GROWS, OVER)).order_by("id").values_list("verb", "after")
    ):
        growing[after["metric"]] = verb == GROWS
    for key, creep in found.items():
        if not growing.get(key):
            reason = f"{sentences([creep.sentence])[0]} {ASK}"
            after = {"metric": key, "weekly": round(creep.weekly, 4)}
            audit.record(verb=GROWS, pilot=pilot, now=now, reason=reason, after=after)
    for key, was in growing.items():
        if was and key not in found:
            metric = Metric.objects.filter(pilot=pilot, key=key).first()
            reason = f"{metric.name if metric else key}: no rise is shown any more."
            audit.record(verb=OVER, pilot=pilot, now=now, reason=reason, after={"metric": key})
