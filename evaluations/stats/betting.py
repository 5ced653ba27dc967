"""Means of values in [0, 1] and paired differences in [−1, 1], by hedged betting.

Source: Waudby-Smith, Ramdas, "Estimating means of bounded random variables by betting", arXiv 2010.09686
(hedged capital process with the predictable plug-in bets of its section 4). Exact at every n for any
distribution within the bounds, constant data included: identical pairs still narrow.

For each candidate mean m two gamblers bet that the truth is above (up) and below (down): K⁺ₜ(m) = Π(1 +
min(λᵢ, ½/m)(Xᵢ − m)), K⁻ₜ(m) = Π(1 − min(λᵢ, ½/(1 − m))(Xᵢ − m)). m is rejected when half of either capital
reaches 1/α. K⁺ falls and K⁻ grows in m, so the rejected candidates bound the mean from outside, however fine
the grid is; a coarse grid costs width (one step), never validity.

Order matters: fold values in the order of observed_at, then id. States of two series cannot be merged.
"""

import math
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from evaluations.stats.arrays import Floats, np
from evaluations.stats.interval import Interval
from evaluations.stats.mixtures import require_alpha

GRID_POINTS = 1001
"""A step of 0.001 for scores and of 0.002 for paired differences."""

DESIGN_ALPHA = 0.05
"""The α the bets are sized for. Any other α may be read from the same state, only a little wider."""

LARGEST_LOSS = 0.5
"""No single value can cost a gambler more than half of the capital."""

_BLOCK = 256  # values folded at once: bounds the memory, does not change the result


@dataclass(frozen=True, slots=True)
class BettingState:
    """Everything a later fold needs: n, running sums, and ln capital of both gamblers at each grid point.

    `spread` is Σ(Xᵢ − μ̂ᵢ)² with the running mean; `up` and `down` have one entry for each m = 0, …, 1.
    """

    n: int
    total: float
    spread: float
    up: tuple[float, ...]
    down: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Not a number while there is no value."""
        return self.total / self.n if self.n else math.nan

    def to_json(self) -> dict[str, object]:
        """Numbers, and `capital`: `up` and then `down` as doubles, least byte first, in base64. Every bit survives."""
        return {
            "n": self.n,
            "total": self.total,
            "spread": self.spread,
            "capital": b64encode(self.capital()).decode(),
        }

    def capital(self) -> bytes:
        return np.array([*self.up, *self.down], dtype="<f8").tobytes()

    @classmethod
    def from_json(cls, stored: dict[str, object]) -> "BettingState":
        """Also of records that have `up` and `down` as lists. Raises KeyError or TypeError for what is neither."""
        up, down = _lists(stored) if "up" in stored else _halves(stored["capital"])
        n, total, spread = stored["n"], stored["total"], stored["spread"]
        if not (isinstance(n, int) and isinstance(total, int | float) and isinstance(spread, int | float)):
            raise TypeError(NOT_STORED)
        return cls(n, float(total), float(spread), up, down)

    @classmethod
    def of_capital(cls, n: int, total: float, spread: float, capital: bytes) -> "BettingState":
        return cls(n, total, spread, *_halves_of(capital))


Halves = tuple[tuple[float, ...], tuple[float, ...]]
NOT_STORED = "This is no stored betting state: rebuild it from the values."


def _lists(stored: dict[str, object]) -> Halves:
    up, down = stored["up"], stored["down"]
    if not (isinstance(up, list) and isinstance(down, list)):
        raise TypeError(NOT_STORED)
    return tuple(map(float, up)), tuple(map(float, down))


def _halves(capital: object) -> Halves:
    if not isinstance(capital, str):
        raise TypeError(NOT_STORED)
    try:
        return _halves_of(b64decode(capital, validate=True))
    except ValueError as error:
        raise TypeError(NOT_STORED) from error


def _halves_of(capital: bytes) -> Halves:
    values = np.frombuffer(capital, dtype="<f8").tolist()
    half = len(values) // 2
    return tuple(values[:half]), tuple(values[half:])


def begin(grid_points: int = GRID_POINTS) -> BettingState:
    """The state before the first value."""
    if grid_points < 3:
        raise ValueError(f"A grid needs at least 3 points, got {grid_points}.")
    zeros = (0.0,) * grid_points
    return BettingState(0, 0.0, 0.0, zeros, zeros)


def fold(state: BettingState, values: Iterable[float]) -> BettingState:
    """The state after the next values in [0, 1]. Folding in pieces gives the same state, bit for bit.

    Raises ValueError at a value outside [0, 1].
    """
    pending = iter(values)
    while block := list(islice(pending, _BLOCK)):
        state = _fold_block(state, block)
    return state


def fold_differences(state: BettingState, differences: Iterable[float]) -> BettingState:
    """The state after the next paired differences in [−1, 1], pilot minus baseline of the same unit."""
    return fold(state, ((difference + 1.0) / 2.0 for difference in differences))


def mean_interval(state: BettingState, alpha: float) -> Interval:
    """1 − α confidence sequence of the mean, within [0, 1].

    When the data contradict every candidate (the mean moved), the two ends swap and hold what lies between.
    """
    require_alpha(alpha)
    threshold = math.log(2.0 / alpha)
    grid = _grid(len(state.up))
    below, above = grid[np.array(state.up) >= threshold], grid[np.array(state.down) >= threshold]
    low = float(below[-1]) if below.size else 0.0
    high = float(above[0]) if above.size else 1.0
    return Interval(min(low, high), max(low, high))


def difference_interval(state: BettingState, alpha: float) -> Interval:
    """1 − α confidence sequence of the mean paired difference, within [−1, 1]."""
    return mean_interval(state, alpha).scale(2.0).shift(-1.0)


def _fold_block(state: BettingState, block: Sequence[float]) -> BettingState:
    bets, n, total, spread = [], state.n, state.total, state.spread
    for value in block:
        if not 0.0 <= value <= 1.0:
            raise ValueError(
                f"Betting needs values within the bounds: {value} lies outside [0, 1] after scaling."
            )
        bets.append(_bet(n, spread))
        n, total = n + 1, total + value
        spread += (value - (0.5 + total) / (n + 1)) ** 2
    grid, sizes = _grid(len(state.up)), np.array(bets)[:, None]
    edges = np.array(block, dtype=np.float64)[:, None] - grid
    up = _log_gains(edges, np.minimum(sizes, _cap(grid)))
    down = _log_gains(-edges, np.minimum(sizes, _cap(1.0 - grid)))
    return BettingState(n, total, spread, _added(state.up, up), _added(state.down, down))


def _bet(n: int, spread: float) -> float:
    """λ of value n + 1: sqrt(2 ln(2/α) / (σ̂²ₙ·t·ln(1 + t))), t = n + 1, σ̂²ₙ = (¼ + spread)/(n + 1)."""
    variance = (0.25 + spread) / (n + 1)
    return math.sqrt(2.0 * math.log(2.0 / DESIGN_ALPHA) / (variance * (n + 1) * math.log(n + 2)))


def _grid(points: int) -> Floats:
    return np.arange(points, dtype=np.float64) / (points - 1)


def _cap(room: Floats) -> Floats:
    return LARGEST_LOSS / np.maximum(room, np.finfo(np.float64).tiny)


def _log_gains(edges: Floats, bets: Floats) -> Floats:
    return np.log1p(bets * edges)


def _added(capital: tuple[float, ...], gains: Floats) -> tuple[float, ...]:
    """Strictly one value after the other, so that the rounding does not depend on the size of a batch."""
    return tuple(np.add.accumulate(np.vstack([np.array(capital), gains]), axis=0)[-1].tolist())
