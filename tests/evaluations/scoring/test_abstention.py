from __future__ import annotations

import pytest

from evaluations.scoring.abstention import abstained


@pytest.mark.parametrize(
    "answer",
    [
        "I don't know.",
        "I don’t know",
        "I DO NOT KNOW!",
        "Sorry, I can't tell from this text. Maybe ask billing.",
        "That cannot be determined from the ticket.",
        "There is not enough information.",
        "unknown",
        '{"label": "unknown"}',
        '{"answer": "I do not know the order."}',
        '{"about": "an order", "label": "Unknown"}',
        '{"about": "an order", "label": "I don\'t know"}',
    ],
)
def test_an_answer_that_says_it_does_not_know_abstains(answer):
    assert abstained(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "billing",
        "It is billing. I do not know the amount.",
        '{"label": "billing", "reason": "the amount is unknown to the customer"}',
        "The unknowns are listed.",
        "[]",
        "3",
    ],
)
def test_an_answer_that_answers_does_not_abstain(answer):
    assert not abstained(answer)


def test_the_phrases_can_be_others():
    assert abstained("Keine Angabe.", ["keine Angabe"])
    assert not abstained("I do not know.", ["keine Angabe"])
