"""Can this scorer judge this case? Asked before anything is stored or asked, never in the middle of a run."""

from collections.abc import Mapping

from evaluations.scoring import scorer
from evaluations.scoring.score import ScorerMisused


def expected_value(expected: object) -> object:
    """What a scorer is given: a case without an expected answer has None."""
    return None if expected == "" else expected


def misfit(name: str, options: Mapping[str, object], *, expected: object, must_abstain: bool) -> str:
    """Why the scorer cannot judge a case with this expected value and what to do; "" when it can."""
    return Fit(name, options).reason(expected=expected, must_abstain=must_abstain)


class Fit:
    """The same for many cases; equal expected values, as labels are, are tried once."""

    REMEMBERED = 1000

    def __init__(self, name: str, options: Mapping[str, object]) -> None:
        self._name, self._options = name, options
        self._texts: dict[str, str] = {}

    def reason(self, *, expected: object, must_abstain: bool) -> str:
        if must_abstain:
            return self._reason(None, try_it=False)
        if not isinstance(expected, str):
            return self._reason(expected)
        if expected not in self._texts:
            if len(self._texts) >= self.REMEMBERED:
                self._texts.clear()
            self._texts[expected] = self._reason(expected)
        return self._texts[expected]

    def _reason(self, expected: object, *, try_it: bool = True) -> str:
        try:
            score = scorer(self._name)
            if try_it:
                score(expected_value(expected), "", self._options)
        except ScorerMisused as reason:
            return str(reason)
        return ""
