"""Pairs of the running statistics are those of the rows, and a bet is taken up where an earlier look left it."""

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluations.stats import betting
from pilots.actions import measurements, rollups
from pilots.actions.rollups import pairing
from pilots.models import Pilot, RollupBet, RollupPairDue
from pilots.queries import facts, plans
from pilots.queries.facts import state
from tests.copied_rows import copied
from tests.factories import NOW, make_paired_pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
@copied
def pilot() -> Pilot:
    made = make_paired_pilot(now=NOW - timedelta(days=18))
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


def pair_up(pilot: Pilot) -> None:
    rollups.pair_up(pilot=pilot, plan=plans.current(pilot)[1])


@pytest.fixture
def bet_on(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many differences were bet on at each time, from now on."""
    fed: list[int] = []
    fold = betting.fold_differences

    def counting(state: betting.BettingState, differences: list[float]) -> betting.BettingState:
        fed.append(len(differences))
        return fold(state, differences)

    monkeypatch.setattr(betting, "fold_differences", counting)
    return fed


def test_kept_pairs_say_what_the_rows_say_due_or_counted(pilot: Pilot) -> None:
    post(pilot, range(40))
    post(pilot, range(40, 60), repeats=3)
    post(pilot, range(5, 8), outcome="timeout")
    post(pilot, range(60, 62), outcome="infra_error")

    for _ in range(2):
        kept, counted = both(pilot)
        assert kept == counted
        pair_up(pilot)

    assert [(each["metric"], each["segment"]) for each in kept] == [
        ("cost", ""),
        ("cost", "north"),
        ("right", ""),
        ("right", "north"),
    ]
    assert {each["n"] for each in kept if not each["segment"]} == {58 - 3, 58}
    assert rollups.recount(pilot=pilot, now=NOW).differences == []
    assert not RollupPairDue.objects.exists()


@pytest.mark.parametrize("seed", range(2))
def test_any_order_of_posts_corrections_and_looks_gives_the_pairs_of_the_rows(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Late pairs, pairs that lose a half, two configurations of both sides, and states of bets that no longer hold."""
    monkeypatch.setattr(pairing, "STEP", 4)
    chance = random.Random(seed)
    _, plan = plans.current(pilot)
    measurements.record(pilot=pilot, rows=[*first_seen()], now=NOW, atomic=True)
    for _ in range(9):
        rows = [drawn(chance) for _ in range(chance.randrange(1, 40))]
        measurements.record(pilot=pilot, rows=rows, now=NOW, on_conflict=chance.choice(["keep", "replace"]))
        assert state.load(pilot, plan, as_of=NOW) is not None
        kept, counted = both(pilot)
        assert kept == counted
        if chance.random() < 0.5:
            pair_up(pilot)
    assert sum(each["n"] for each in kept) > 15


def first_seen() -> Iterator[dict[str, Any]]:
    """Epochs open with these; what would open one later makes statistics doubtful, and they would not be asked."""
    for hour, (candidate, fingerprint) in enumerate(product(("primary", "control"), ("f1", "f2"))):
        at = NOW - timedelta(days=9) + timedelta(minutes=hour)
        known = {"metric": "right", "candidate": candidate, "fingerprint": fingerprint}
        yield {**known, "unit_id": "first", "value": 1, "observed_at": at.isoformat()}


def drawn(chance: random.Random) -> dict[str, Any]:
    """A row of one of few units; under an external id the same unit at the same time, with another value."""
    name = chance.choice(["", "", "a", "b", "c", "d"])
    told = random.Random(name) if name else chance
    at = NOW - timedelta(days=8) + timedelta(hours=told.randrange(60))
    return {
        "metric": told.choice(["right", "right", "right", "cost"]),
        "candidate": told.choice(["primary", "control"]),
        "unit_id": f"u{told.randrange(6)}",
        "segment": told.choice(["", "north"]),
        "fingerprint": told.choice(["f1", "f1", "f2"]),
        "observed_at": at.isoformat(),
        "outcome": chance.choice(["ok", "ok", "ok", "timeout"] + ["infra_error"] * (not name)),
        "value": chance.randrange(2),
        "external_id": name,
    }


def test_new_pairs_alone_are_bet_on(pilot: Pilot, bet_on: list[int]) -> None:
    post(pilot, range(40))
    pair_up(pilot)
    post(pilot, range(40, 50))
    bet_on.clear()

    pair_up(pilot)
    facts.load(pilot, plans.current(pilot)[1], as_of=NOW)

    assert sorted(bet_on) == [6, 9]
    kept, counted = both(pilot)
    assert kept == counted


def test_a_late_pair_is_bet_on_anew_from_the_last_state_before_it(
    pilot: Pilot, bet_on: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "STEP", 10)
    post(pilot, range(21), segment="")
    post(pilot, range(22, 41), segment="")
    pair_up(pilot)
    post(pilot, range(21, 23), segment="")
    bet_on.clear()

    pair_up(pilot)

    assert (bet_on, RollupBet.objects.count()) == ([10, 9], 4)
    kept, counted = both(pilot)
    assert kept == counted


def test_statements_for_pairs_do_not_grow_with_them(pilot: Pilot) -> None:
    def asked(numbers: range) -> list[str]:
        post(pilot, numbers)
        with CaptureQueriesContext(connection) as queries:
            pair_up(pilot)
        return [each["sql"] for each in queries]

    few, more = asked(range(5)), asked(range(5, 90))

    assert len(few) == len(more)


def test_the_difference_is_scaled_by_the_bounds(pilot: Pilot) -> None:
    post(pilot, range(4))

    kept, _ = both(pilot)

    right = next(each for each in kept if (each["metric"], each["segment"]) == ("right", ""))
    assert Decimal(right["total"]) - Decimal(right["base_total"]) == 0
    assert right["betting"]["n"] == right["n"] == 3
