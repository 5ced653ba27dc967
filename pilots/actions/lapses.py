"""What was accepted until a day that has passed: risks, and trade-offs without a control."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from pilots.actions import audit
from pilots.models import Event, Pilot, Risk, TradeOff
from pilots.models.pilot import State
from pilots.models.register import RiskState

VERB = "risk.lapsed"
SETTLED = (State.DECIDED, State.CLOSED)


def watch(*, now: datetime) -> None:
    """One event for each acceptance that ran out, however often and by however many workers it is called."""
    today = now.date()
    concerned = Q(pk__in=_risks(today).values("pilot")) | Q(pk__in=_trade_offs(today).values("pilot"))
    for pilot in Pilot.objects.filter(concerned).exclude(state__in=SETTLED):
        _tell(pilot, today=today, now=now)


def _risks(today: date) -> QuerySet[Risk]:
    return Risk.objects.filter(state=RiskState.ACCEPTED, accepted_until__lt=today)


def _trade_offs(today: date) -> QuerySet[TradeOff]:
    return TradeOff.objects.filter(control="", accepted_until__lt=today)


@transaction.atomic
def _tell(pilot: Pilot, *, today: date, now: datetime) -> None:
    """Accepted anew and lapsed again, a risk is told of again."""
    Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    told = list(Event.objects.filter(pilot=pilot, verb=VERB).values_list("after", flat=True))
    for which, what in _lapsed(pilot, today):
        if which not in told:
            audit.record(verb=VERB, pilot=pilot, now=now, reason=what, after=which)


def _lapsed(pilot: Pilot, today: date) -> Iterator[tuple[dict[str, str | int], str]]:
    for risk in _risks(today).filter(pilot=pilot):
        if risk.accepted_until:
            yield (
                {"risk": risk.pk, "until": risk.accepted_until.isoformat()},
                _sentence(risk.text, risk.accepted_until),
            )
    for row in _trade_offs(today).filter(pilot=pilot):
        if row.accepted_until:
            what = f"{row.area}: {row.hidden_cost}"
            yield (
                {"trade_off": row.pk, "until": row.accepted_until.isoformat()},
                _sentence(what, row.accepted_until),
            )


def _sentence(what: str, until: date) -> str:
    return (
        f"“{what}” was accepted until {until:%-d %B %Y} and counts as open since. "
        "Control it, or accept it anew until another day."
    )
