"""Whether the running statistics say what the rows say, figure by figure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilots.judging import codec
from pilots.judging.plan import Plan
from pilots.models import Pilot
from pilots.queries.facts import arms, epochs, pairs, state
from pilots.queries.facts.series import Series


@dataclass(frozen=True)
class Difference:
    """One figure, by where it belongs. `kept` is what the statistics say, `counted` what the rows say; None: nothing."""

    place: str
    kept: Any
    counted: Any

    def __str__(self) -> str:
        return f"{self.place}: the statistics say {self.kept!r}, the rows say {self.counted!r}"


@dataclass(frozen=True)
class Recount:
    """`answers` is False when the statistics would not be asked now: then the rows are read, and nothing can be wrong."""

    answers: bool
    rows: int
    differences: list[Difference]
    unproven: str = ""


def recount(pilot: Pilot, plan: Plan, *, as_of: datetime) -> Recount:
    """One pass over all measurements of the pilot. To be called in a transaction that shows one moment."""
    known = epochs.load(pilot, as_of=as_of)
    series = Series.of(pilot, plan, epochs=known, as_of=as_of)
    counted = arms.load(series, plan)
    rows = sum(arm.rows for arm in counted if not arm.segment)
    kept = state.load(pilot, plan, as_of=as_of)
    if kept is None:
        return Recount(False, rows, [])
    ours = _by_place(arms=kept.arms, pairs=pairs.load(pilot, plan), epochs=kept.epochs)
    theirs = _by_place(arms=counted, pairs=pairs.from_rows(series, plan), epochs=known)
    places = sorted({*ours, *theirs})
    found = [each for place in places for each in _compare(place, ours.get(place), theirs.get(place))]
    return Recount(True, rows, found)


def _by_place(**figures: Any) -> dict[str, dict[str, Any]]:
    found = {}
    for arm in map(codec.encode, figures["arms"]):
        segment = f" in {arm['segment']}" if arm["segment"] else ""
        place = f"{arm['metric']} of {arm['candidate'] or 'the baseline'}, {arm['phase']}, epoch {arm['epoch']}{segment}"
        found[place] = arm
    for pair in map(codec.encode, figures["pairs"]):
        segment = f" in {pair['segment']}" if pair["segment"] else ""
        found[f"pairs of {pair['metric']} of {pair['candidate']}, epoch {pair['epoch']}{segment}"] = pair
    for epoch in map(codec.encode, figures["epochs"]):
        found[f"epoch {epoch['index']} of {epoch['candidate']}"] = epoch
    return found


def _compare(place: str, kept: dict[str, Any] | None, counted: dict[str, Any] | None) -> Iterator[Difference]:
    if kept is None or counted is None:
        yield Difference(place, kept and _size(kept), counted and _size(counted))
        return
    for name in kept:
        if kept[name] != counted[name]:
            yield Difference(f"{place}: {name}", kept[name], counted[name])


def _size(figures: dict[str, Any]) -> str:
    if "fingerprint" in figures:
        return str(figures["fingerprint"])
    return f"{figures['rows']} rows" if "rows" in figures else f"{figures['n']} pairs"
