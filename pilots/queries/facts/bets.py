"""The betting sequence of a paired metric, taken up where an earlier look left it.

The state after n differences is a function of these n differences alone: it holds for every sequence that begins with them.
"""

import numpy as np

from evaluations.stats import betting
from evaluations.stats.betting import BettingState


def after(n: int, stored: bytes | None, differences: list[float]) -> BettingState:
    """The state after these differences, which go on from the first n (from none: `stored` is None)."""
    start = betting.begin() if stored is None else _unpacked(n, stored)
    return betting.fold_differences(start, differences) if differences else start


def packed(state: BettingState) -> bytes:
    """All of it but n. Floats keep every bit."""
    return np.array([state.total, state.spread, *state.up, *state.down], dtype="<f8").tobytes()


def _unpacked(n: int, stored: bytes) -> BettingState:
    total, spread, *capitals = np.frombuffer(stored, dtype="<f8").tolist()
    half = len(capitals) // 2
    return BettingState(n, total, spread, tuple(capitals[:half]), tuple(capitals[half:]))
