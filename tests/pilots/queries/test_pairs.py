"""Pairs of the running statistics are those of the rows, and a bet is taken up where an earlier look left it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache

from evaluations.stats import betting
from pilots.actions import measurements, rollups
from pilots.models import Pilot
from pilots.queries import facts, plans
from pilots.queries.facts import bets
from tests.copied_rows import copied
from tests.factories import NOW, make_candidate, make_metric, make_ready_pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
@copied
def pilot() -> Pilot:
    from pilots.actions import pilots

    cache.clear()
    made = make_ready_pilot()
    make_candidate(made, "control", role="non_ai", deployment=None)
    make_metric(
        made, "right", estimand="rate", design="paired", unit="", cap=None, floor=None, direction="higher"
    )
    make_metric(made, "cost", estimand="mean", design="paired", unit="EUR", cap=None, floor=None)
    pilots.start(pilot=made, by=made.owner, now=NOW - timedelta(days=18))
    made.refresh_from_db()
    rollups.refresh(pilot=made, plan=plans.current(made)[1], now=NOW)
    return made


def post(pilot: Pilot, numbers: range, *, repeats: int = 1, **fields: Any) -> None:
    rows = [
        {
            "metric": metric,
            "candidate": candidate,
            "unit_id": f"u{number}",
            "segment": "north" if number % 3 else "",
            "observed_at": (NOW - timedelta(days=9) + timedelta(minutes=number)).isoformat(),
            "value": (number * (5 if candidate == "control" else 3) + repeat) % 2,
            **fields,
        }
        for number in numbers
        for metric in ("right", "cost")
        for candidate in ("primary", "control")
        for repeat in range(repeats)
        if (number, candidate) != (numbers[-1], "control")
    ]
    assert measurements.record(pilot=pilot, rows=rows, now=NOW).rejected == 0


def both(pilot: Pilot) -> tuple[Any, Any]:
    _, plan = plans.current(pilot)
    kept = facts.load(pilot, plan, as_of=NOW).to_json()["pairs"]
    return kept, facts.from_rows(pilot, plan, as_of=NOW).to_json()["pairs"]


def test_kept_pairs_say_what_the_rows_say(pilot: Pilot) -> None:
    post(pilot, range(40))
    post(pilot, range(40, 60), repeats=3)
    post(pilot, range(5, 8), outcome="timeout")
    post(pilot, range(60, 62), outcome="infra_error")

    kept, counted = both(pilot)

    assert kept == counted
    assert [(each["metric"], each["segment"]) for each in kept] == [
        ("cost", ""),
        ("cost", "north"),
        ("right", ""),
        ("right", "north"),
    ]
    assert {each["n"] for each in kept if not each["segment"]} == {58 - 3, 58}
    assert rollups.recount(pilot=pilot, now=NOW).differences == []


def test_new_pairs_alone_are_bet_on(pilot: Pilot, monkeypatch: pytest.MonkeyPatch) -> None:
    post(pilot, range(40))
    both(pilot)
    post(pilot, range(40, 50))
    fed: list[int] = []
    fold = betting.fold_differences

    def counting(state: betting.BettingState, differences: Any) -> betting.BettingState:
        fed.append(len(differences))
        return fold(state, differences)

    monkeypatch.setattr(betting, "fold_differences", counting)
    _, plan = plans.current(pilot)
    facts.load(pilot, plan, as_of=NOW)
    monkeypatch.undo()

    assert sorted(fed) == [6, 9]
    kept, counted = both(pilot)
    assert kept == counted


def test_a_sequence_that_does_not_begin_as_before_is_folded_anew() -> None:
    place = ("right", "primary", "", 0)
    cache.clear()
    bets.resumed(1, place, [0.1, 0.2, 0.3])

    for changed in ([0.1, 0.25, 0.3, 0.4], [0.1], [0.2, 0.1, 0.3], []):
        assert bets.resumed(1, place, changed) == bets.folded(changed)


def test_the_difference_is_scaled_by_the_bounds(pilot: Pilot) -> None:
    post(pilot, range(4))

    kept, _ = both(pilot)

    right = next(each for each in kept if (each["metric"], each["segment"]) == ("right", ""))
    assert Decimal(right["total"]) - Decimal(right["base_total"]) == 0
    assert right["betting"]["n"] == right["n"] == 3
