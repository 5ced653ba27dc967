"""A moved standard of those who judge blocks a go, by whatever door the reviews came (R18)."""

from datetime import timedelta

import pytest

from pilots.actions import findings
from pilots.queries import facts, plans
from tests.factories import NOW, make_running_pilot, make_token

pytestmark = pytest.mark.django_db


def judged(pilot, *, accepted: int, day: int, **fields) -> None:
    token = pilot.tokens.first() or make_token(pilot)[0]
    for number in range(20):
        values = {
            "unit_id": f"anchor {number}",
            "source": "person",
            "verdict": "accepted" if number < accepted else "rejected",
            "reviewed_at": NOW - timedelta(days=day),
            "anchor": True,
            "judge": "R1",
            **fields,
        }
        findings.record_review(pilot=pilot, values=values, by=None, token=token, now=NOW)


def blockers(pilot, *, days_ago: int = 0) -> list[str]:
    _, plan = plans.current(pilot)
    known = facts.load(pilot, plan, as_of=NOW - timedelta(days=days_ago)).blockers
    return [each for each in known if "anchor" in each]


def test_a_more_lenient_round_blocks_and_says_by_how_much() -> None:
    pilot = make_running_pilot()
    judged(pilot, accepted=10, day=9)
    judged(pilot, accepted=18, day=2)

    (said,) = blockers(pilot)

    assert (
        "R1 judges 40 % of the anchor items more leniently than before (8 steps up, 0 down, 20 items" in said
    )
    assert blockers(pilot, days_ago=5) == []


def test_other_items_and_other_judges_say_nothing_of_a_standard() -> None:
    pilot = make_running_pilot()
    judged(pilot, accepted=10, day=9)
    judged(pilot, accepted=18, day=2, judge="R2")
    judged(pilot, accepted=20, day=1, anchor=False)
    judged(pilot, accepted=20, day=1, source="check")

    assert blockers(pilot) == []
