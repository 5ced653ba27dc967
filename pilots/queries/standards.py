"""Anchor items as people judged them, again and again: where a standard moved, what reviews count can be compared no more."""

from datetime import datetime

from pilots.judging.standards import Judgement, Standard, standards
from pilots.models import Pilot
from pilots.models.review import ReviewSource, ReviewVerdict

LENIENCE = (ReviewVerdict.REJECTED, ReviewVerdict.CORRECTED, ReviewVerdict.ACCEPTED)

ACCOUNT = "account "
"""People with an account are told apart, and never named: the sentence becomes part of a record."""


def load(pilot: Pilot, *, as_of: datetime) -> tuple[Standard, ...]:
    """One query. A script that judges for several people names them (`judge`); else it counts as one."""
    reviews = (
        pilot.reviews.filter(anchor=True, source=ReviewSource.PERSON, reviewed_at__lte=as_of)
        .order_by("reviewed_at", "id")
        .values_list("judge", "reviewer", "token__name", "candidate__slug", "unit_id", "verdict")
    )
    return standards(
        Judgement(
            person=judge or (f"{ACCOUNT}{account}" if account else token or ""),
            item=f"{candidate or ''} {unit}",
            turn=turn,
            rank=LENIENCE.index(ReviewVerdict(verdict)),
        )
        for turn, (judge, account, token, candidate, unit, verdict) in enumerate(reviews)
    )


def account_of(standard: Standard) -> int | None:
    """The number of the account; None for somebody whom a script names."""
    number = standard.person.removeprefix(ACCOUNT)
    return int(number) if number != standard.person and number.isdecimal() else None


def blockers(pilot: Pilot, *, as_of: datetime) -> tuple[str, ...]:
    """Nobody goes on with a pilot whose yardstick changed on the way."""
    return tuple(_sentence(each) for each in load(pilot, as_of=as_of) if each.moved)


def _sentence(standard: Standard) -> str:
    way = "leniently" if standard.drift > 0 else "strictly"
    who = "A reviewer" if standard.person.startswith(ACCOUNT) else standard.person
    return (
        f"{who} judges {100 * abs(standard.drift):.0f} % of the anchor items more {way} than before "
        f"({standard.lenient} steps up, {standard.stricter} down, {standard.items} items judged again). Agree on one, "
        "and have the items of this pilot judged by it once more, or by somebody else."
    )
