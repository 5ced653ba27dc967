from __future__ import annotations

import pytest

from evaluations.scoring import ScorerMisused, label_in_set

LABELS = {"labels": ["billing", "login", "bug", "bug report", "out of scope"]}


@pytest.mark.parametrize(
    "answer",
    [
        '{"label": "billing"}',
        '{"label": " Billing "}',
        '{"reason": "not a bug", "label": "billing"}',
        '```json\n{"label": "billing"}\n```',
        '{"label": ["billing"]}',
        '"billing"',
        "billing",
        "Label: Billing.",
        "The ticket is about BILLING!",
        "billing, yes, billing",
    ],
)
def test_the_right_label_is_found_in_json_and_in_text(answer):
    assert label_in_set.score("billing", answer, LABELS).passed


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        ('{"label": "login"}', "'login' instead of 'billing'."),
        ("login", "'login' instead of 'billing'."),
        ("billing or login", "2 labels (billing, login); expected 'billing'."),
        ('{"label": ["billing", "login"]}', "2 labels (billing, login); expected 'billing'."),
        ("", "No label of the set; expected 'billing'."),
        ("prebilling", "No label of the set; expected 'billing'."),
        ('{"label": "billings"}', "No label of the set; expected 'billing'."),
        ('{"label": "billing login"}', "No label of the set; expected 'billing'."),
        ('{"label": {"name": "billing"}}', "No label of the set; expected 'billing'."),
    ],
)
def test_no_label_another_or_several_are_wrong(answer, detail):
    score = label_in_set.score("billing", answer, LABELS)

    assert (score.passed, score.value, score.detail) == (False, 0.0, detail)


def test_a_longer_label_is_not_also_the_shorter_one_inside():
    assert label_in_set.score("bug report", "This is a bug report.", LABELS).passed


def test_a_label_of_several_words_is_found():
    assert label_in_set.score("out of scope", "Out-of-scope", LABELS).passed


def test_the_field_can_have_another_name():
    score = label_in_set.score("bug", '{"label": "login", "class": "bug"}', {**LABELS, "field": "class"})

    assert score.passed


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"labels": ["one"]},
        {"labels": "ab"},
        {"labels": ["a", "A"]},
        {"labels": ["a", 1]},
        {"labels": ["a", {}]},
        {"labels": ["a", "?"]},
    ],
)
def test_a_set_that_cannot_tell_labels_apart_is_misused(options):
    with pytest.raises(ScorerMisused, match="Option 'labels'"):
        label_in_set.score("a", "a", options)


def test_an_expected_label_outside_the_set_is_misused():
    with pytest.raises(ScorerMisused, match="'refund' is not in the set"):
        label_in_set.score("refund", "billing", LABELS)
