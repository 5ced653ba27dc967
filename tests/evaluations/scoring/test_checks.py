"""Several checks a case, each by a scorer of its own."""

from __future__ import annotations

import pytest

from evaluations.scoring import ScorerMisused, scorer
from evaluations.scoring.model_judge import Verdict

CHECKS = scorer("checks")
PARIS = {"scorer": "contains", "expected": "Paris"}
SHORT = {"scorer": "regex", "expected": "^.{1,20}$"}


def of(*checks: object, **more: object) -> dict[str, object]:
    return {"checks": list(checks), **more}


def test_all_must_pass():
    assert CHECKS(of(PARIS, SHORT), "Paris", {}).passed

    score = CHECKS(of(PARIS, SHORT), "It is Paris, of course, what else", {})

    assert (score.passed, score.value) == (False, 0.5)
    assert score.detail.startswith("regex: No match for")


def test_with_a_threshold_the_weighted_mean_counts():
    checks = of({**PARIS, "weight": 3}, SHORT, threshold=0.75)

    assert CHECKS(checks, "It is Paris, of course, what else", {}).passed
    assert not CHECKS(checks, "London", {}).passed


def test_a_negated_check_passes_when_its_scorer_says_no():
    assert CHECKS(of({**PARIS, "negate": True}), "London", {}).passed
    assert not CHECKS(of({**PARIS, "negate": True}), "Paris", {}).passed


def test_a_check_of_weight_0_only_informs():
    assert CHECKS(of(PARIS, {**SHORT, "expected": "^x$", "weight": 0}), "Paris", {}).passed


def test_a_rubric_is_met_when_its_verdict_says_so():
    checks, options = of(PARIS, {"scorer": "model_judge", "expected": "Is polite."}), {"judge": "big"}
    verdicts = {"Is polite.": Verdict(True, "It says please.")}

    assert CHECKS(checks, "Paris, please", {**options, "verdicts": verdicts}).passed
    assert not CHECKS(checks, "Paris, please", options).passed


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ("Paris", "must hold a list of checks"),
        (of(), "must hold a list of checks"),
        (of(PARIS, treshold=1), "Unknown option 'treshold'. Did you mean 'threshold'"),
        (of(PARIS, threshold=2), "'threshold' must be a number from 0 to 1"),
        (of({"scorer": "contians", "expected": "x"}), "Did you mean 'contains'"),
        (of({"scorer": "checks", "expected": {}}), "not 'checks' again"),
        (of({**PARIS, "wieght": 1}), "Unknown field 'wieght' in a check. Did you mean 'weight'"),
        (of({**PARIS, "weight": -1}), "'weight' must be"),
        (of({"scorer": "model_judge", "expected": "x"}), "'judge' must name the deployment"),
    ],
)
def test_checks_that_cannot_work_are_refused(expected, words):
    with pytest.raises(ScorerMisused, match=words):
        CHECKS(expected, "", {})
