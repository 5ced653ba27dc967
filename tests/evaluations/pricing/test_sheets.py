"""Prices entered by hand: by unit, by day, exact; and never 0 for what is not known."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from evaluations.models import Price
from evaluations.models.price import PriceComponent
from evaluations.pricing.sheet import Component, Sheet, sheet_at
from evaluations.pricing.usage import Use

USE = Use(
    at=datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
    model="m",
    seconds=1.8,
    characters=4000,
    input_tokens=1000,
    output_tokens=200,
    cached_tokens=600,
    reasoning_tokens=150,
)


def sheet(*components: tuple, day: date = date(2026, 1, 1)) -> Sheet:
    parts = tuple(Component(unit, Decimal(amount), *map(Decimal, rest)) for unit, amount, *rest in components)
    return Sheet(day, "EUR", "contract 7", parts)


@pytest.mark.parametrize(
    ("components", "cost"),
    [
        # 1000 × 2.50 / 10⁶ + 200 × 10 / 10⁶
        ([("input_tokens", "2.50"), ("output_tokens", "10")], "0.0045"),
        # 400 × 2.50 / 10⁶ + 600 × 1.25 / 10⁶ + 200 × 10 / 10⁶
        ([("input_tokens", "2.50"), ("cached_tokens", "1.25"), ("output_tokens", "10")], "0.00375"),
        # 50 × 10 / 10⁶ + 150 × 12 / 10⁶
        ([("output_tokens", "10"), ("reasoning_tokens", "12")], "0.0023"),
        # 1.8 s of a machine at 3.60 an hour that works on 4 calls at a time
        ([("hour", "3.60", "4")], "0.00045"),
        ([("second", "0.001")], "0.0018"),
        # one of 20,000 calls that share a month of 30.00
        ([("seat_month", "30", "20000")], "0.0015"),
        ([("month", "1000", "20000"), ("request", "0.01")], "0.06"),
        ([("million_characters", "15")], "0.06"),
    ],
)
def test_a_call_costs_the_sum_of_its_parts(components, cost):
    priced = sheet(*components).cost(USE)

    assert (priced.amount, priced.quote.currency, priced.quote.as_of) == (Decimal(cost), "EUR", "2026-01-01")


def test_a_count_that_the_host_did_not_report_leaves_the_call_unpriced():
    unknown = replace(USE, output_tokens=None)

    assert sheet(("input_tokens", "1"), ("output_tokens", "1")).cost(unknown) is None
    assert sheet(("request", "0.01")).cost(unknown).amount == Decimal("0.01")
    assert sheet(("image", "0.04")).cost(USE) is None
    assert sheet(("image", "0.04")).cost(replace(USE, images=2)).amount == Decimal("0.08")


def test_a_question_that_the_host_never_took_costs_nothing():
    assert sheet(("request", "0.01")).cost(replace(USE, taken=False)).amount == 0


def test_a_new_price_holds_from_its_day_on_and_leaves_earlier_calls_alone():
    old, new = sheet(("request", "1")), sheet(("request", "2"), day=date(2026, 11, 20))
    moments = [datetime(2026, 11, 19, 23, 59, tzinfo=UTC), datetime(2026, 11, 20, 0, 0, tzinfo=UTC)]

    assert [sheet_at([new, old], at) for at in moments] == [old, new]
    assert sheet_at([new], moments[0]) is None


def test_a_part_of_a_price_is_said_in_plain_numbers():
    price = Price(currency="EUR")

    assert (
        PriceComponent(price=price, unit="request", amount=Decimal("10.0000")).words
        == "10 EUR for each request"
    )
    assert (
        PriceComponent(price=price, unit="hour", amount=Decimal("0.36"), shared_by=Decimal("20.00")).words
        == "0.36 EUR for each hour of a machine (GPU), shared by 20 calls"
    )
