"""Does a model behind an unchanged name still answer as it did? A test that may be read every day, for ever.

Each look holds tonight's answers to every case against all earlier ones. If nothing changed, all answers to a case
are exchangeable, whatever their own spread; so is which of them are tonight's. The statistic is the number of pairs
(tonight, earlier) that differ; its distribution under all ways to draw tonight's answers out of the pool is exact,
case by case (multivariate hypergeometric), and the sum over cases is their convolution. A look's p-value depends on
the past by the pool alone, so the p-values of successive looks are independent (Vovk, Gammerman, Shafer, "Algorithmic
Learning in a Random World", ch. 8). Each becomes an e-value by the calibrator ∫ε·p^(ε−1)dε (Vovk, Wang, arXiv
1912.06116), and the e-values since an unknown look of change are mixed over that look with weights
H/((j + H − 1)(j + H)), which sum to 1: a test martingale (Ville), so 1/α is ever reached with chance α at most.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evaluations.stats.arrays import Floats, np
from evaluations.stats.mixtures import require_alpha

HALF_WEIGHT_LOOKS = 10.0
"""Half of the weight lies on a change within the first ten looks, half on later ones, whose pool is larger."""

SMALLEST_P = 1e-300

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Watch:
    """What later looks need of the earlier ones. `log_running` is ln of the weighted evidence of past changes."""

    looks: int = 0
    log_running: float = -math.inf

    @property
    def log_evidence(self) -> float:
        """ln of the martingale; 0 before the first look."""
        later = math.log(HALF_WEIGHT_LOOKS / (self.looks + HALF_WEIGHT_LOOKS))
        return float(np.logaddexp(self.log_running, later))

    def alarms(self, alpha: float) -> bool:
        """The answers changed; wrong with probability at most α over all looks together."""
        require_alpha(alpha)
        return self.log_evidence >= -math.log(alpha)


def follow(watch: Watch, p: float) -> Watch:
    """The state after a look with that p-value."""
    look = watch.looks + 1
    weight = HALF_WEIGHT_LOOKS / ((look + HALF_WEIGHT_LOOKS - 1.0) * (look + HALF_WEIGHT_LOOKS))
    return Watch(look, float(np.logaddexp(watch.log_running, math.log(weight))) + log_e_value(p))


def log_e_value(p: float) -> float:
    """ln of (1 − p + p·ln p)/(p·ln² p); a half at p = 1."""
    p = max(p, SMALLEST_P)
    if p > 1.0 - 1e-4:
        return -math.log(2.0)
    log_p = math.log(p)
    return math.log((1.0 - p + p * log_p) / (p * log_p * log_p))


def p_value(cases: Iterable[tuple[Counts, Counts]]) -> float:
    """Of tonight's answers against the earlier ones, each case as (earlier, tonight) counts by answer.

    The chance, were all answers exchangeable, of as many differing pairs or more. 1 while there is nothing to compare.
    """
    total, observed = np.ones(1), 0
    for earlier, tonight in cases:
        kernel = _differing_pairs(earlier, tonight)
        if len(kernel) > 1:
            total = _convolved(total, kernel)
            observed += differing(earlier, tonight) - min(kernel)
    return min(1.0, float(total[observed:].sum()))


def differing(earlier: Counts, tonight: Counts) -> int:
    """Pairs (tonight, earlier) whose answers differ."""
    same = sum(number * earlier.get(answer, 0) for answer, number in tonight.items())
    return sum(earlier.values()) * sum(tonight.values()) - same


def _differing_pairs(earlier: Counts, tonight: Counts) -> dict[int, float]:
    """The distribution of `differing` when tonight's answers are any draw out of all."""
    drawn, rest = sum(tonight.values()), sum(earlier.values())
    pool = {answer: earlier.get(answer, 0) + tonight.get(answer, 0) for answer in {*earlier, *tonight}}
    ways: dict[tuple[int, int], int] = {(0, 0): 1}
    for _, many in sorted(pool.items()):
        ways = _with_answer(ways, many, drawn)
    every = math.comb(drawn + rest, drawn)
    return {drawn * rest - same: number / every for (taken, same), number in ways.items() if taken == drawn}


def _with_answer(ways: Mapping[tuple[int, int], int], many: int, drawn: int) -> dict[tuple[int, int], int]:
    grown: dict[tuple[int, int], int] = {}
    for (taken, same), number in ways.items():
        for more in range(min(many, drawn - taken) + 1):
            place = taken + more, same + more * (many - more)
            grown[place] = grown.get(place, 0) + number * math.comb(many, more)
    return grown


def _convolved(total: Floats, kernel: Mapping[int, float]) -> Floats:
    """Counted from the smallest value of the kernel, so that nothing needless is carried."""
    least, most = min(kernel), max(kernel)
    out = np.zeros(total.size + most - least)
    for value, share in sorted(kernel.items()):
        out[value - least : value - least + total.size] += share * total
    return out
