"""Did the process change within the epoch? A change test on day totals, watched every evening.

An e-detector (Shin, Ramdas, Rinaldo, arXiv 2203.03532): the evidence for "it changed after day j", summed
over every j. Two choices of ours:

* The sum is weighted, and the weights add up to 1. So not only the average run length is bounded: without a
  change the evidence ever reaches 1/α with probability at most α, however long the pilot becomes.
* Nothing needs to be known before. For a mean, the evidence for day j is the Bayes factor of the t-test
  between the days before and after it, with a normal prior on the shift in units of the unknown standard
  deviation and invariant priors on mean and scale; as a function of the location- and scale-free data it is a
  martingale (as in Lindon et al., arXiv 2210.08589). The day is the unit: the yardstick is the spread
  *between* days, so that ordinary good and bad days are no drift. Exact for normal day means; a split counts
  only with 100 tasks on either side, where the means of skewed data are near enough to normal.

For a rate, an alarm needs that evidence and, as well, an exact test for yes/no outcomes: the smaller of the
two counts.

Measured in 1,000 seeded pilots each, a shift of half a standard deviation half-way: of 2,000 tasks at 25 a day it
is found in 100 % (means) and 96 to 100 % (rates of 2 to 30 %), of 700 tasks in 88 % and 14 to 77 %; false alarms at
most 0.5 %. The day being the unit, a week of any size can tell nothing: two weeks are the least to hope for.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from evaluations.stats.arrays import Floats, np
from evaluations.stats.change_evidence import Evenings, of_means, of_rates
from evaluations.stats.means import Exact
from evaluations.stats.mixtures import require_alpha

FALSE_ALARM = 0.01
"""α of the drift alarm: the chance that a process without any change is ever called drifting."""


@dataclass(frozen=True, slots=True)
class DayTotals:
    """One day of one series: ISO date, tasks (at least one), their exact sum (of a rate: yes-outcomes)."""

    day: str
    n: int
    total: Exact


@dataclass(frozen=True, slots=True)
class DriftState:
    """All a later day needs: day totals so far (sums from `origin`) and each evening's ln evidence."""

    origin: float = 0.0
    days: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    sums: tuple[float, ...] = ()
    evidence: tuple[float, ...] = ()
    splits: tuple[int, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Plain strings, numbers and lists; floats survive a JSON round trip exactly."""
        return {
            "origin": self.origin,
            "days": list(self.days),
            "counts": list(self.counts),
            "sums": list(self.sums),
            "evidence": list(self.evidence),
            "splits": list(self.splits),
        }

    @classmethod
    def from_json(cls, stored: dict[str, object]) -> "DriftState":
        """Raises KeyError or TypeError when `stored` is not what `to_json` wrote."""
        origin = stored["origin"]
        if not isinstance(origin, int | float):
            raise TypeError("This is no stored drift state: rebuild it from the day totals.")
        return cls(
            float(origin),
            tuple(str(day) for day in _listed(stored["days"])),
            tuple(int(n) for n in _listed(stored["counts"])),
            tuple(float(total) for total in _listed(stored["sums"])),
            tuple(float(log_e) for log_e in _listed(stored["evidence"])),
            tuple(int(split) for split in _listed(stored["splits"])),
        )


@dataclass(frozen=True, slots=True)
class DriftReading:
    """What the test says today.

    `log_evidence` is the largest so far. With an alarm: the evening it first rang, the first day of the new
    level it points to, and the means before and since that day, in the unit of the values.
    """

    alarmed: bool
    log_evidence: float
    alarmed_on: str | None = None
    changed_on: str | None = None
    mean_before: float | None = None
    mean_since: float | None = None


def fold_means(state: DriftState, days: Sequence[DayTotals]) -> DriftState:
    """The state after the next days of a mean, ascending. Folding in pieces gives the same, bit for bit.

    Raises ValueError at a day out of order or without tasks: late rows change a day, so rebuild from the
    first day.
    """
    if not days:
        return state
    origin = state.origin if state.days else _mean_of(days[0])
    return _extended(state, days, origin, of_means)


def fold_rates(state: DriftState, days: Sequence[DayTotals]) -> DriftState:
    """The state after the next days of a rate; `total` counts the yes-outcomes. Raises as `fold_means`."""
    return _extended(state, days, 0.0, _both_tests) if days else state


def reading(state: DriftState, alpha: float = FALSE_ALARM) -> DriftReading:
    """Alarmed once the evidence has ever reached 1/α; it stays so for the epoch."""
    require_alpha(alpha)
    if not state.evidence:
        return DriftReading(alarmed=False, log_evidence=0.0)
    threshold, largest = -math.log(alpha), max(state.evidence)
    if largest < threshold:
        return DriftReading(alarmed=False, log_evidence=largest)
    first = next(index for index, log_e in enumerate(state.evidence) if log_e >= threshold)
    split = state.splits[state.evidence.index(largest)]
    return DriftReading(
        alarmed=True,
        log_evidence=largest,
        alarmed_on=state.days[first],
        changed_on=state.days[split],
        mean_before=_segment_mean(state, 0, split),
        mean_since=_segment_mean(state, split, len(state.days)),
    )


def _extended(
    state: DriftState,
    days: Sequence[DayTotals],
    origin: float,
    test: Callable[[Floats, Floats, int], Evenings],
) -> DriftState:
    names = state.days + tuple(day.day for day in days)
    if any(later <= earlier for earlier, later in pairwise(names)):
        raise ValueError("Days must follow each other: rebuild the drift state from the first day.")
    if any(day.n < 1 for day in days):
        raise ValueError("A day without tasks says nothing: leave it out.")
    counts = state.counts + tuple(day.n for day in days)
    start, scale = origin.as_integer_ratio()
    sums = state.sums + tuple(_from_origin(day, start, scale) for day in days)
    evenings = test(np.array(counts, dtype=np.float64), np.array(sums), len(state.days))
    return DriftState(
        origin,
        names,
        counts,
        sums,
        state.evidence + tuple(evenings.log_evidence.tolist()),
        state.splits + tuple(evenings.split.tolist()),
    )


def _from_origin(day: DayTotals, start: int, scale: int) -> float:
    """total − n · start/scale, exact, then rounded once: in whole numbers, which is a fraction without its cost."""
    top, bottom = day.total.as_integer_ratio()
    return (top * scale - day.n * start * bottom) / (bottom * scale)


def _both_tests(counts: Floats, hits: Floats, first: int) -> Evenings:
    exact, between_days = of_rates(counts, hits, first), of_means(counts, hits, first)
    return Evenings(np.minimum(exact.log_evidence, between_days.log_evidence), exact.split)


def _mean_of(day: DayTotals) -> float:
    return float(Fraction(day.total) / day.n) if day.n else 0.0


def _segment_mean(state: DriftState, start: int, stop: int) -> float:
    return state.origin + sum(state.sums[start:stop]) / sum(state.counts[start:stop])


def _listed(stored: object) -> list[int | float | str]:
    if not isinstance(stored, list):
        raise TypeError("This is no stored drift state: rebuild it from the day totals.")
    return stored
