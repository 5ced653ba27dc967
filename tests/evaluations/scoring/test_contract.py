"""R08: what must be defined, what may be inferred, which errors exist; every broken clause is counted."""

from __future__ import annotations

import pytest

from evaluations.scoring import ScorerMisused, contract

OPTIONS = {
    "schema": {
        "type": "object",
        "properties": {"amount": {"type": "number"}, "currency": {"enum": ["EUR", "USD"]}},
    },
    "must_define": ["amount", "currency"],
    "may_infer": ["due"],
    "errors": {"UNREADABLE": "The scan cannot be read.", "NO_INVOICE": "It is no invoice."},
}


@pytest.mark.parametrize(
    ("answer", "violations"),
    [
        ('{"amount": 3, "currency": "EUR"}', 0),
        ('{"amount": 3, "currency": "EUR", "due": "tomorrow"}', 0),
        ("three euros", 1),
        ('{"amount": 3, "currency": ""}', 2),  # not in the enum, and not defined
        ('{"amount": "3", "currency": "YEN", "vat": 1}', 3),
        ("[]", 3),
        ('{"error": "UNREADABLE"}', 1),  # an answer was due
        ('{"error": "OOPS"}', 1),
        ('{"error": ["OOPS"]}', 1),
    ],
)
def test_violations_are_counted(answer, violations):
    score = contract.score(None, answer, OPTIONS)

    assert (score.violations, score.passed) == (violations, violations == 0)


def test_the_error_that_is_due_keeps_the_contract():
    assert contract.score({"error": "UNREADABLE"}, '{"error": "UNREADABLE"}', OPTIONS).passed
    assert not contract.score({"error": "UNREADABLE"}, '{"error": "NO_INVOICE"}', OPTIONS).passed


def test_an_answer_where_an_error_was_due_breaks_it():
    score = contract.score({"error": "UNREADABLE"}, '{"amount": 3, "currency": "EUR"}', OPTIONS)

    assert (score.violations, score.detail) == (1, "1 violation of the contract. error is not as expected.")


def test_an_expected_field_must_be_equal():
    assert not contract.score({"amount": 4}, '{"amount": 3, "currency": "EUR"}', OPTIONS).passed


@pytest.mark.parametrize(
    "options", [{}, {"schema": {"type": "thing"}}, {"must_define": "amount"}, {"errors": [1]}]
)
def test_a_contract_that_says_nothing_usable_is_refused(options):
    with pytest.raises(ScorerMisused):
        contract.score(None, "", options)
