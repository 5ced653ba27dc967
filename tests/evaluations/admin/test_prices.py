"""Owners enter what a deployment costs; a price has a first day, a currency and at least one part."""

from decimal import Decimal

import pytest
from django.urls import reverse

from evaluations.admin.comparison import money
from evaluations.models import Price
from tests.evaluations.builders import make_deployment

pytestmark = pytest.mark.django_db
ADD = "admin:evaluations_price_add"


def form(**fields: str) -> dict[str, str]:
    parts = {
        "TOTAL_FORMS": "2",
        "INITIAL_FORMS": "0",
        "0-unit": "input_tokens",
        "0-amount": "2.50",
        "1-amount": "",
    }
    return {
        "deployment": str(make_deployment().pk),
        "valid_from": "2026-11-01",
        "currency": "EUR",
        "source": "contract 7",
        **{f"components-{name}": value for name, value in parts.items()},
        **fields,
    }


def test_an_owner_enters_a_price(owner):
    answer = owner.post(reverse(ADD), form())

    assert answer.status_code == 302, answer.context["adminform"].errors
    price = Price.objects.get()
    assert (price.currency, price.created_by.username) == ("EUR", "owner")
    assert list(price.components.values_list("unit", "amount")) == [("input_tokens", Decimal("2.5"))]
    assert (
        "2.5 EUR for each million input tokens"
        in owner.get(reverse("admin:evaluations_price_changelist")).text
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"components-0-unit": "", "components-0-amount": ""}, "Give at least one part."),
        ({"components-0-amount": "-1"}, "A price is 0 or more."),
        ({"components-0-unit": "seat_month"}, "Say how many calls in a month share this price."),
        ({"currency": "eur"}, "Give the three letters of the currency, such as EUR."),
    ],
)
def test_a_price_that_cannot_work_is_refused_with_what_to_do(owner, fields, words):
    answer = owner.post(reverse(ADD), form(**fields))

    assert answer.status_code == 200
    assert words in answer.text
    assert Price.objects.count() == 0


def test_who_only_reads_cannot_enter_one(viewer):
    assert viewer.post(reverse(ADD), form()).status_code == 403


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "0.00 EUR"),
        ("1234.5", "1,234.50 EUR"),
        ("0.04", "0.0400 EUR"),
        ("0.00012345", "0.000123 EUR"),
        ("0.0000000001", "0.0000000001 EUR"),
    ],
)
def test_small_amounts_keep_their_figures(amount, words):
    assert money(Decimal(amount), "EUR") == words
