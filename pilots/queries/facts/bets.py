"""The betting sequence of a paired metric, taken up where an earlier look left it.

The state after n differences is a function of these n differences alone: it holds for every sequence that begins with them.
"""

from struct import Struct

from evaluations.stats import betting
from evaluations.stats.betting import BettingState

SUMS = Struct("<dd")


def after(n: int, stored: bytes | None, differences: list[float]) -> BettingState:
    """The state after these differences, which go on from the first n (from none: `stored` is None)."""
    start = betting.begin() if stored is None else _unpacked(n, stored)
    return betting.fold_differences(start, differences) if differences else start


def packed(state: BettingState) -> bytes:
    """All of it but n."""
    return SUMS.pack(state.total, state.spread) + state.capital()


def _unpacked(n: int, stored: bytes) -> BettingState:
    total, spread = SUMS.unpack_from(stored)
    return BettingState.of_capital(n, total, spread, stored[SUMS.size :])
