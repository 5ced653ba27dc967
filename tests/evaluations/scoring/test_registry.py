from __future__ import annotations

import pytest

from evaluations.scoring import OURS, ScorerMisused, exact, scorer


def test_a_scorer_is_found_by_name():
    assert scorer("exact") is exact.score


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(ScorerMisused) as caught:
        scorer("normalized")

    assert str(caught.value) == "Unknown scorer 'normalized'. Did you mean 'normalised'?"


def test_a_name_like_no_other_is_answered_with_all():
    with pytest.raises(ScorerMisused) as caught:
        scorer("bleu")

    assert str(caught.value) == (
        "Unknown scorer 'bleu'. Known: checks, contains, contract, exact, f1, includes, json_schema, label_in_set, "
        "model_judge, normalised, numeric, regex, similarity."
    )


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_scorer_refuses_an_option_it_does_not_know(name):
    with pytest.raises(ScorerMisused, match="Unknown option 'lables'"):
        scorer(name)("1", "1", {"lables": ["a", "b"]})
