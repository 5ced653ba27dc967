"""Whether people still judge as they did (R18): anchor items, put to the same person again without what she said before.

A judgement that differs from the one before it is a step up (more lenient) or down (stricter). While somebody's standard
stays, steps up and down are equally likely. The evidence against that is the beta-binomial mixture of rates at ½
(evaluations.stats.rates), valid after every judgement; several people share the α. Anchors are to be chosen before anybody
judges them: items chosen because they were rejected can only step up.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from evaluations.stats.interval import Interval
from evaluations.stats.rates import log_e, rate_sequence

ALPHA = 0.05


@dataclass(frozen=True, order=True)
class Judgement:
    """Of one item by one person, the higher the more lenient. In order: by person and item, as they were given."""

    person: str
    item: str
    turn: int
    rank: int


@dataclass(frozen=True)
class Standard:
    """`items` were judged at least twice."""

    person: str
    items: int
    lenient: int
    stricter: int
    moved: bool

    @property
    def drift(self) -> float:
        """Steps up less steps down, a share of the items: +0.2 is 20 % more lenient."""
        return (self.lenient - self.stricter) / self.items if self.items else 0.0


def standards(judgements: Iterable[Judgement], *, alpha: float = ALPHA) -> tuple[Standard, ...]:
    """Of each person who judged anchors, by name. A false alarm about any of them, ever, has at most the chance α."""
    people: dict[str, dict[str, list[int]]] = {}
    for judgement in sorted(judgements):
        people.setdefault(judgement.person, {}).setdefault(judgement.item, []).append(judgement.rank)
    return tuple(_standard(person, items.values(), alpha / len(people)) for person, items in people.items())


def drift_interval(standard: Standard, *, people: int, alpha: float = ALPHA) -> Interval:
    """Where the drift lies: of the steps that there were, how many went up, valid after every judgement. With the α that one
    of so many `people` has."""
    steps = standard.lenient + standard.stricter
    if not steps:
        return Interval(0.0, 0.0) if standard.items else Interval(-1.0, 1.0)
    up, scale = rate_sequence(standard.lenient, steps, alpha / people), steps / standard.items
    return Interval((2 * up.low - 1) * scale, (2 * up.high - 1) * scale)


def _standard(person: str, items: Iterable[list[int]], alpha: float) -> Standard:
    again = [ranks for ranks in items if len(ranks) > 1]
    steps = [after - before for ranks in again for before, after in pairwise(ranks) if after != before]
    lenient = sum(step > 0 for step in steps)
    return Standard(
        person=person,
        items=len(again),
        lenient=lenient,
        stricter=len(steps) - lenient,
        moved=log_e(lenient, len(steps), 0.5) >= math.log(1 / alpha),
    )
