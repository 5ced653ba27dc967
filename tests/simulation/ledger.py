"""The running statistics of one metric of one arm, day by day, as the judge's facts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import numpy as np

from pilots.judging.facts import ArmFacts, DayFacts, Phase
from tests.pilots.judging.builders import START
from tests.simulation.streams import A_DAY, SCALE, Whole

CANDIDATE = "small-model"


class Ledger:
    """Cumulative exact sums of a stream that arrives `a_day` tasks a day.

    `rate` counts ones instead of values; `limit` (its text, as in Plan.limits) counts the values above it.
    """

    def __init__(
        self,
        metric: str,
        stream: Whole,
        *,
        candidate: str = CANDIDATE,
        a_day: int = A_DAY,
        rate: bool = False,
        limit: str | None = None,
    ) -> None:
        self.metric, self.candidate, self.rate, self.limit = metric, candidate, rate, limit
        ends = np.arange(a_day, stream.size + 1, a_day)
        self.n = ends.tolist()
        self.totals = _until(stream, ends)
        self.squares = _until(stream * stream, ends)
        above = stream > int(Decimal(limit) * SCALE) if limit else np.zeros(stream.size, dtype=bool)
        self.above = _until(above.astype(np.int64), ends)
        self.daily = tuple(self._day(index, a_day) for index in range(len(self.n)))

    def arm(self, day: int) -> ArmFacts:
        """Everything up to the end of this day (from 1), the last point an hour before."""
        at = day - 1
        return ArmFacts(
            metric=self.metric,
            candidate=self.candidate,
            phase=Phase.FIRST_USE,
            n=self.n[at],
            total=money(self.totals[at]),
            squares=money(self.squares[at]) / SCALE,
            yes=self.totals[at] // SCALE if self.rate else 0,
            beyond={self.limit: self.above[at]} if self.limit else {},
            outcomes={"ok": self.n[at]},
            rows=self.n[at],
            days=day,
            first_at=START,
            last_at=START + timedelta(days=day, hours=-1),
            daily=self.daily[:day],
        )

    def _day(self, index: int, a_day: int) -> DayFacts:
        total = self.totals[index] - (self.totals[index - 1] if index else 0)
        squares = self.squares[index] - (self.squares[index - 1] if index else 0)
        above = self.above[index] - (self.above[index - 1] if index else 0)
        return DayFacts(
            day=(START + timedelta(days=index)).date(),
            n=a_day,
            total=money(total),
            squares=money(squares) / SCALE,
            yes=total // SCALE if self.rate else 0,
            beyond={self.limit: above} if self.limit else {},
        )


def frozen(metric: str, stream: Whole, *, rate: bool = False) -> ArmFacts:
    """The same work before the pilot."""
    total, squares = int(stream.sum()), int((stream * stream).sum())
    return ArmFacts(
        metric=metric,
        candidate=CANDIDATE,
        phase=Phase.BASELINE,
        n=stream.size,
        total=money(total),
        squares=money(squares) / SCALE,
        yes=total // SCALE if rate else 0,
        outcomes={"ok": stream.size},
        rows=stream.size,
        days=20,
        last_at=START - timedelta(days=1),
    )


def money(thousandths: int) -> Decimal:
    """Exact: at most 28 digits."""
    return Decimal(thousandths) / SCALE


def _until(stream: Whole, ends: Whole) -> list[int]:
    return np.cumsum(stream)[ends - 1].tolist()
