"""What a batch adds to the statistics, in the making: sums of a series and day, sums of a named unit."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pilots.actions.measurement_row import SCALE
from pilots.actions.rollups.statements import BAD, OUTCOMES
from pilots.models.rollup import LIMITS

Place = tuple[int, int, int, str, str, date]
"""Metric, candidate, epoch, segment, phase, day."""
Unit = tuple[int, int, int, str, str]
"""Metric, candidate, epoch, segment, unit id."""


@dataclass(slots=True)
class Sums:
    """One series and day: a row of Rollup in the making."""

    rows: int = 0
    n: int = 0
    total: int = 0
    squares: int = 0
    ones: int = 0
    digest: int = 0
    bad: dict[str, int] = field(default_factory=dict)
    beyond: list[int] = field(default_factory=lambda: [0] * LIMITS)
    bins: dict[int, int] = field(default_factory=dict)
    first_at: datetime | None = None
    last_at: datetime | None = None
    good_at: datetime | None = None
    seen_at: datetime | None = None
    blank_at: datetime | None = None


@dataclass(slots=True)
class UnitSums:
    """What a batch holds of one named unit: a row of RollupUnit in the making."""

    first_at: datetime
    last_at: datetime
    rows: int = 0
    good: int = 0
    counted: int = 0
    total: int = 0
    digest: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


def share_row(place: Place, sums: Sums) -> dict[str, Any]:
    metric_id, candidate, epoch, segment, phase, day = place
    bins = {number: n for number, n in sums.bins.items() if n}
    return {
        "metric_id": metric_id,
        "candidate": candidate,
        "epoch": epoch,
        "segment": segment,
        "phase": phase,
        "day": day,
        "rows": sums.rows,
        "units": sums.rows - sums.bad.get("infra_error", 0),
        "n": sums.n,
        "total": f"{sums.total}e-{SCALE}",
        "squares": f"{sums.squares}e-{2 * SCALE}",
        "ones": sums.ones,
        "averaged": 0,
        **{name: sums.bad.get(name, 0) for name in (*BAD, "infra_error")},
        **{f"beyond_{number}": count for number, count in enumerate(sums.beyond, start=1)},
        "doubts": 0,
        "digest": str(sums.digest),
        "first_at": sums.first_at,
        "last_at": sums.last_at,
        "good_at": sums.good_at,
        "seen_at": sums.seen_at,
        "blank_at": sums.blank_at,
        "bins": list(bins),
        "counts": list(bins.values()),
    }


def unit_row(item: tuple[Unit, UnitSums]) -> tuple[Any, ...]:
    place, sums = item
    return (
        *place,
        sums.rows,
        sums.good,
        sums.counted,
        f"{sums.total}e-{SCALE}",
        *(sums.outcomes[name] for name in OUTCOMES),
        sums.digest,
        sums.first_at,
        sums.last_at,
    )
