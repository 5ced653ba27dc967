"""Can this scorer judge this case? Asked before anything is stored or asked, never in the middle of a run."""

from collections.abc import Mapping

from evaluations.scoring import scorer
from evaluations.scoring.score import ScorerMisused


def expected_value(expected: object) -> object:
    """What a scorer is given: a case without an expected answer has None."""
    return None if expected == "" else expected


def misfit(name: str, options: Mapping[str, object], *, expected: object, must_abstain: bool) -> str:
    """Why the scorer cannot judge a case with this expected value and what to do; "" when it can."""
    try:
        score = scorer(name)
        if not must_abstain:
            score(expected_value(expected), "", options)
    except ScorerMisused as reason:
        return str(reason)
    return ""
