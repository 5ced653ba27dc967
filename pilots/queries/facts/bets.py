"""The betting sequence of a paired metric, taken up where an earlier look left it.

The state after n differences is a function of these n differences alone. So it is kept with their digest, and used again
only for a sequence that begins with exactly them: a pair that came in late, or a corrected one, folds everything anew.
Nothing is lost with the cache but time.
"""

from hashlib import sha256
from typing import Any

import numpy as np
from django.core.cache import cache
from numpy.typing import NDArray
from redis.exceptions import RedisError

from evaluations.stats import betting

Place = tuple[str, str, str, int]
"""Metric, candidate, segment, epoch."""

DAYS = 40


def folded(differences: list[float]) -> dict[str, object]:
    """The state after all of them, from the beginning."""
    return betting.fold_differences(betting.begin(), differences).to_json()


def resumed(pilot_id: int, place: Place, differences: list[float]) -> dict[str, object]:
    """The same, bit for bit, at the cost of those that are new."""
    key = f"bets:{pilot_id}:{sha256(repr(place).encode()).hexdigest()}"
    sequence = np.array(differences, dtype=np.float64)
    kept = _kept(key)
    known = kept if kept and kept["digest"] == _digest(sequence[: kept["n"]]) else None
    if known and known["n"] == len(differences):
        state: dict[str, object] = known["state"]
        return state
    start = betting.BettingState.from_json(known["state"]) if known else betting.begin()
    state = betting.fold_differences(start, differences[start.n :]).to_json()
    _keep(key, {"n": len(differences), "digest": _digest(sequence), "state": state})
    return state


def _digest(sequence: NDArray[np.float64]) -> str:
    return sha256(sequence.tobytes()).hexdigest()


def _kept(key: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] | None = cache.get(key)
    except (RedisError, OSError):
        return None
    return found


def _keep(key: str, value: dict[str, Any]) -> None:
    try:
        cache.set(key, value, timeout=DAYS * 24 * 3600)
    except (RedisError, OSError):
        return
