"""A gain that moved to review, exceptions or the model is no gain: the net effect is what is left, in money per item."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pilots.judging.headline import Headline, headline_of
from pilots.judging.kit import Part
from pilots.judging.ledger import Prices, ledger_of
from pilots.judging.plan import Design, Direction, Estimand, Payback, PaybackComponent
from tests.pilots.judging.builders import before, facts, metric, plan, values, yes

HANDLING = metric("handling_minutes", unit="min")
REVIEW = metric("review_minutes", unit="min")
CONTEXT = metric("context_cost", unit="EUR", design=Design.ABSOLUTE)
EXCEPTIONS = metric("exception_rate", estimand=Estimand.RATE, direction=Direction.LOWER)
PAYS = Payback(applicable=True, components=(PaybackComponent(metric="handling_minutes", units_per_hour=60),))

TEN_LESS = (before(values("handling_minutes", 400, "20", "4")), values("handling_minutes", 400, "10", "4"))
TWELVE_MORE = (before(values("review_minutes", 400, "2", "1")), values("review_minutes", 400, "14", "3"))
ONE_MORE = (before(values("review_minutes", 400, "2", "1")), values("review_minutes", 400, "3", "1"))


def ledger(*arms, metrics=(HANDLING, REVIEW), prices=None, wage="60"):
    known = facts(*arms, wage_per_hour=None if wage is None else Decimal(wage))
    return ledger_of(plan(metrics=metrics, goals=(), triggers=(), payback=PAYS), known, prices)


def test_ten_minutes_gained_and_twelve_of_review_are_a_loss_of_two_said_in_words():
    found = ledger(*TEN_LESS, *TWELVE_MORE)

    assert [(entry.part, entry.value) for entry in found.entries] == [
        (Part.GAIN, pytest.approx(10)),
        (Part.REVIEW, pytest.approx(-12)),
    ]
    assert found.net == pytest.approx(-2)
    assert found.is_negative is True
    assert found.sentence.startswith(
        "The net effect is negative: an item costs 2.00 EUR more than before, at least "
    )
    assert found.sentence.endswith("The cost has moved, it has not gone.")


def test_the_ends_of_the_net_effect_are_the_sums_of_the_ends_of_its_lines():
    found = ledger(*TEN_LESS, *ONE_MORE)

    assert found.low == pytest.approx(sum(entry.low for entry in found.entries))
    assert found.high == pytest.approx(sum(entry.high for entry in found.entries))
    assert found.low < found.net < found.high
    assert found.sentence.startswith("The net effect is positive: an item costs 9.00 EUR less than before")


def test_each_line_is_wider_than_it_would_be_alone():
    """Two lines share one error budget."""
    alone = ledger(*TEN_LESS, metrics=(HANDLING,)).entries[0]
    shared = ledger(*TEN_LESS, *ONE_MORE).entries[0]

    assert shared.high - shared.low > alone.high - alone.low


def test_shares_are_priced_by_what_an_item_costs_that_takes_the_other_way():
    """5 points more exceptions at 12 EUR by hand are 0.60 EUR an item; the model is paid in full."""
    exceptions = (before(yes("exception_rate", 40, 400)), yes("exception_rate", 60, 400))
    spent = values("context_cost", 400, "0.2", "0.05")

    found = ledger(
        *TEN_LESS,
        *exceptions,
        spent,
        metrics=(HANDLING, EXCEPTIONS, CONTEXT),
        prices=Prices(by_hand=Decimal(12)),
    )

    assert {entry.part: round(entry.value, 6) for entry in found.entries} == {
        Part.GAIN: 10.0,
        Part.MODEL: -0.2,
        Part.EXCEPTIONS: -0.6,
    }
    assert found.unmeasured == ("review", "second checks", "fallback", "lock-in")


def test_a_line_without_enough_data_leaves_the_net_effect_open():
    found = ledger(*TEN_LESS, before(values("review_minutes", 400, "2", "1")))

    assert (found.net, found.entries[1].value) == (None, None)
    assert found.sentence == "The net effect cannot be said yet: review_minutes must be known first.".replace(
        "review_minutes", "review minutes"
    )


def test_time_without_a_wage_is_worth_nothing_that_could_be_said():
    assert ledger(*TEN_LESS, wage=None).sentence == (
        "Nothing that was measured is worth money yet, so there is no net effect to show."
    )


def test_the_headline_of_a_record_survives_its_storage():
    known = facts(*TEN_LESS, *ONE_MORE, wage_per_hour=Decimal(60))
    made = plan(metrics=(HANDLING, REVIEW), goals=(), triggers=(), payback=PAYS)

    found = headline_of(made, known, ledger_of(made, known))

    assert (found.net, found.review, found.review_before, found.unit) == (pytest.approx(9), 3.0, 2.0, "min")
    assert Headline.from_json(found.to_json()) == found


@pytest.mark.parametrize(("last_week", "trend"), [("3.0", "up"), ("2.0", "flat"), ("1.0", "down")])
def test_an_arrow_points_only_where_two_weeks_differ_beyond_chance(last_week, trend):
    from datetime import date, timedelta

    from pilots.judging.facts import DayFacts

    def week(first, mean):
        days = (first + timedelta(days=number) for number in range(7))
        m = Decimal(mean)
        return [DayFacts(day=day, n=20, total=20 * m, squares=19 + 20 * m * m) for day in days]

    daily = (*week(date(2026, 3, 2), "2.0"), *week(date(2026, 3, 9), last_week))
    arm = replace(values("review_minutes", 280, "2", "1"), daily=daily)
    made = plan(metrics=(REVIEW,), goals=(), triggers=())

    known = facts(arm)

    assert headline_of(made, known, ledger_of(made, known)).trend == trend
