"""What usual practice would have said at the same looks: a t-test read each time, and a static threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from tests.simulation.streams import SCALE, Whole

P = 0.05
CLOSE = 1.5
"""Standard errors. A sequence at 5 % is at least 3.03 of them wide on either side; a rate of 2 to 50 % breaches by its
one-sided e-value at 1.87 and more."""


@dataclass(frozen=True)
class Bystander:
    """Whether p fell below .05 at any look, on the worse side of the trigger's margin and on the better side of the
    goal's; and whether the plain mean was worse than the trigger's margin at any look.

    `close` are the looks (from 1) at which the judge could say anything: an estimate within 1.5 standard errors of
    both margins, or on the harmless side of the trigger's, can be neither harm nor GO nor futile."""

    t_worse: bool
    t_better: bool
    static: bool
    close: tuple[int, ...]

    def days(self, every: range, *, every_look: bool) -> Sequence[int]:
        """Which of these looks to put before the judge."""
        return every if every_look else self.close

    @property
    def events(self) -> dict[str, float]:
        return {
            "t_worse": float(self.t_worse),
            "t_better": float(self.t_better),
            "t_any": float(self.t_worse or self.t_better),
            "static": float(self.static),
        }


def watching(
    pilot: Whole,
    other: Whole | float,
    looks: range,
    *,
    lower_is_better: bool = True,
    worse_by: float = 0.0,
    better_by: float = 0.0,
    grows: bool = False,
) -> Bystander:
    """`looks` are numbers of tasks. `other` is a frozen baseline, a control that grows alongside, or a number.

    Student's t with a pooled variance against a baseline, one sample against a number. Constant data have no p."""
    n = np.array(looks, dtype=np.float64)
    mean, variance = _moments(pilot, np.array(looks))
    delta, se, nu = _against(mean, variance, n, other, grows)
    if lower_is_better:
        delta = -delta
    above_goal, above_trigger = delta - better_by, delta + worse_by
    close = (np.abs(above_goal) >= CLOSE * se) | (above_trigger <= -CLOSE * se) | (se == 0)
    return Bystander(
        t_worse=bool(np.any((above_trigger < 0) & (_p(above_trigger, se, nu) < P))),
        t_better=bool(np.any((above_goal > 0) & (_p(above_goal, se, nu) < P))),
        static=bool(np.any(above_trigger < 0)),
        close=tuple((np.flatnonzero(close) + 1).tolist()),
    )


Floats = NDArray[np.float64]


def _moments(stream: Whole, ends: NDArray[np.int64]) -> tuple[Floats, Floats]:
    totals, squares = np.cumsum(stream)[ends - 1], np.cumsum(stream * stream)[ends - 1]
    mean = totals / ends
    variance = np.maximum(squares - totals * mean, 0.0) / np.maximum(ends - 1, 1)
    return mean / SCALE, variance / SCALE**2


def _against(
    mean: Floats, variance: Floats, n: Floats, other: Whole | float, grows: bool
) -> tuple[Floats, Floats, Floats]:
    if isinstance(other, float):
        return mean - other, np.sqrt(variance / n), n - 1
    base_n = n if grows else np.full(n.size, float(other.size))
    base_mean, base_variance = _moments(other, base_n.astype(np.int64))
    nu = n + base_n - 2
    pooled = ((n - 1) * variance + (base_n - 1) * base_variance) / nu
    return mean - base_mean, np.sqrt(pooled * (1 / n + 1 / base_n)), nu


def _p(delta: Floats, se: Floats, nu: Floats) -> Floats:
    safe = np.where(se > 0, se, np.inf)
    return np.asarray(2 * stdtr(np.maximum(nu, 1), -np.abs(delta / safe)))
