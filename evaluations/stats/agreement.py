"""How far two judges agree beyond chance: Cohen's kappa of yes/no judgements, with an interval.

Cohen 1960; the large-sample standard error of Fleiss, Cohen and Everitt 1969 (Psychological Bulletin 72, eq. 13).
"""

import math
from dataclasses import dataclass

from evaluations.stats.interval import Interval

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Agreement:
    """`both` say yes, `first` alone, `second` alone, `neither`. Kappa is None where it is not defined: no pairs, or both
    judges always say the same one thing, so that nothing is left to agree on beyond chance."""

    both: int
    first: int
    second: int
    neither: int

    @property
    def n(self) -> int:
        return self.both + self.first + self.second + self.neither

    @property
    def observed(self) -> float | None:
        """The share of pairs that agree."""
        return (self.both + self.neither) / self.n if self.n else None

    @property
    def kappa(self) -> float | None:
        if not self.n or (expected := self._expected()) == 1.0:
            return None
        return ((self.both + self.neither) / self.n - expected) / (1 - expected)

    def interval(self) -> Interval | None:
        """95 %, within [−1, 1]; None where kappa is."""
        kappa = self.kappa
        if kappa is None:
            return None
        half = Z_95 * self._standard_error(kappa)
        return Interval(max(-1.0, kappa - half), min(1.0, kappa + half))

    def _yes(self) -> tuple[float, float]:
        return (self.both + self.first) / self.n, (self.both + self.second) / self.n

    def _expected(self) -> float:
        a, b = self._yes()
        return a * b + (1 - a) * (1 - b)

    def _standard_error(self, kappa: float) -> float:
        """sqrt((A + B − C) / n) / (1 − pₑ), with A over the agreeing cells, B over the others."""
        n, (a, b), expected = self.n, self._yes(), self._expected()
        agreeing = (self.both / n, (a, b)), (self.neither / n, (1 - a, 1 - b))
        differing = (self.first / n, (1 - a, b)), (self.second / n, (a, 1 - b))
        first = sum(p * (1 - (x + y) * (1 - kappa)) ** 2 for p, (x, y) in agreeing)
        # For cell (i, j): the first judge's share of j and the second's of i.
        second = (1 - kappa) ** 2 * sum(p * (x + y) ** 2 for p, (x, y) in differing)
        third = (kappa - expected * (1 - kappa)) ** 2
        return math.sqrt(max(first + second - third, 0.0) / n) / (1 - expected)
