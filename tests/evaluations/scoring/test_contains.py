from __future__ import annotations

import pytest

from evaluations.scoring import contains


@pytest.mark.parametrize(
    ("expected", "answer", "options", "passed"),
    [
        ("Paris", "It is Paris.", {}, True),
        ("Paris", "It is paris.", {}, False),
        ("Paris", "It is paris.", {"ignore_case": True}, True),
        ("art", "start", {}, True),
        (["Paris", "Lyon"], "Lyon", {}, True),
        (["Paris", "Lyon"], "Lyon", {"all": True}, False),
        ("It", "It is Paris.", {"at_start": True}, True),
        ("Paris", "It is Paris.", {"at_start": True}, False),
    ],
)
def test_text_is_looked_for_character_by_character(expected, answer, options, passed):
    assert contains.score(expected, answer, options).passed is passed


def test_what_is_missing_is_named():
    assert contains.score(["Paris", "Lyon"], "Lyon", {"all": True}).detail == "'Paris' does not occur."
