"""The table of docs/simulation.md and the same rows as JSON."""

from __future__ import annotations

import platform
from dataclasses import dataclass

import numpy
import scipy

from pilots.judging.evidence import ENGINE
from tests.simulation.claims import FULL, Counted, Kind, share_interval
from tests.simulation.running import Run
from tests.simulation.streams import SEED

COLUMNS = (
    "Scenario",
    "What is counted",
    "Required",
    "The judge (95 % Monte-Carlo interval)",
    "t-test at the same looks",
    "Static threshold",
    "Passed",
)
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


@dataclass(frozen=True)
class Line:
    """One row, in shares between 0 and 1 (days for a median)."""

    number: int
    slug: str
    title: str
    says: str
    required: str
    kind: Kind
    measured: float
    low: float
    high: float
    t_test: float | None
    static: float | None
    passed: bool
    pilots: int

    def to_json(self) -> dict[str, object]:
        return {
            "scenario": f"{self.number} {self.slug}",
            "title": self.title,
            "claim": self.says,
            "required": self.required,
            "measured": self.measured,
            "interval": [self.low, self.high],
            "daily_t_test": self.t_test,
            "static_threshold": self.static,
            "passed": self.passed,
            "pilots": self.pilots,
        }

    def to_markdown(self) -> str:
        passed = "–" if self.kind is Kind.REPORTED else "yes" if self.passed else "**NO**"
        cells = [
            f"{self.number}. {self.title}",
            self.says,
            self.required,
            self._figure(),
            _percent(self.t_test),
            _percent(self.static),
            passed,
        ]
        return f"| {' | '.join(cells)} |"

    def _figure(self) -> str:
        if self.kind is Kind.MEDIAN:
            return f"day {self.measured:g} (80 % of pilots: {self.low:g} to {self.high:g})"
        return f"{_percent(self.measured)} ({_percent(self.low)} to {_percent(self.high)})"


def line(counted: Counted) -> Line:
    scenario, claim = counted.scenario, counted.claim
    return Line(
        scenario.number,
        scenario.slug,
        scenario.title,
        claim.says,
        claim.required,
        claim.kind,
        counted.measured,
        counted.low,
        counted.high,
        counted.t_test,
        counted.static,
        counted.passed,
        counted.pilots,
    )


def of_two_workers(agreed: list[bool]) -> Line:
    """The row of scenario 8 that takes two processes."""
    low, high = share_interval(sum(agreed), len(agreed))
    return Line(
        8,
        "two workers",
        "Two processes judge at once, rows in another order in each",
        "the same record, byte for byte",
        "all",
        Kind.EVERY,
        sum(agreed) / len(agreed),
        low,
        high,
        None,
        None,
        all(agreed),
        len(agreed),
    )


def lines(runs: dict[str, Run], agreed: list[bool]) -> list[Line]:
    found = [line(counted) for run in runs.values() for counted in run.counted]
    if agreed:
        found.append(of_two_workers(agreed))
    return sorted(found, key=lambda row: row.number)


def markdown(rows: list[Line], *, pilots: int, checked: int, seconds: float, workers: int) -> str:
    failed = [row for row in rows if not row.passed]
    result = "All claims hold." if not failed else f"**{len(failed)} claims do not hold.**"
    bound = (
        "" if pilots >= FULL else f" Fewer than {FULL:,} pilots: bounds are widened by three standard errors."
    )
    return f"""# The judge on simulated pilots

{result} {pilots:,} simulated pilots a scenario, each put before the judge of `pilots/judging` itself.{bound}
The method is in [judgement.md](judgement.md).

Repeat it with `make simulate` (this run: {workers} processes, {seconds:,.0f} seconds of wall time). The same seed
gives the same counts on any machine and any number of processes. A smaller run, which leaves this table as it is,
is `make simulate ARGS="--pilots 200"`. The same rows are written to `var/simulate.json`.

Seed {SEED}; engine {ENGINE}; Python {platform.python_version()}, numpy {numpy.__version__}, scipy {scipy.__version__}.

{HEAD}
{chr(10).join(row.to_markdown() for row in rows)}

How to read it:

* *Required* is the bound of the method; "(reported)" has none. An error of 5 % may come out at 6.5 % in 2,000 pilots
  (three Monte-Carlo standard errors).
* *t-test at the same looks*: two-sided p below .05 at any look, counted on the side of the row. *Static threshold*: the
  plain mean worse than the margin at any look. Both read the same streams. – means that there is no such reading.
* In "nothing changed" rows the truth lies exactly on the margin of the goal and of the trigger, so that each of stop,
  go and futility would be wrong. Pilots go on after GO and futility, as if nobody signed: the worst case. With one
  margin for both, harm is said before futility; scenario 2 counts futility by itself.
* A look at which the estimate lies within 1.5 standard errors of the margins cannot settle anything and is not put
  before the judge. {checked:,} pilots were judged at every look as well, and came out the same.
* In scenario 5 the judge is asked where its verdict turns, for each baseline and number of tasks, instead of two million
  times. In scenario 9 one look at the end tells, because the alarm keeps the evidence of every evening.
"""


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
