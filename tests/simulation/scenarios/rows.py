"""Scenario 8: rows that are missing, stale, late, duplicated, constant or shuffled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import numpy as np

from pilots.judging.evidence import canonical_json, digest, record
from pilots.judging.facts import ArmFacts, Facts
from pilots.judging.judge import judge
from pilots.judging.verdict import Flag
from tests.pilots.judging.builders import MINUTES, START
from tests.simulation import plans
from tests.simulation.bystanders import watching
from tests.simulation.claims import Claim, Kind, Pilot, Scenario, false_alarm, power
from tests.simulation.ledger import Ledger, frozen
from tests.simulation.scenarios.harmless import EVERY_DAY, N
from tests.simulation.streams import A_DAY, BASELINE, SCALE, Generator, Whole, minutes
from tests.simulation.watching import Measured, always, follow

Events = Mapping[str, float]

DAY = 14
NOW = START + timedelta(days=DAY)
PLAN = plans.against_before(MINUTES, goal="1", trigger="1")
CAPPED = plans.against_before(replace(MINUTES, cap=Decimal(30)), goal="0", trigger="0")


@dataclass(frozen=True)
class Row:
    """One task: an id that stays the same when it is posted again, the day it was done, thousandths of a minute."""

    id: int
    day: int
    value: int


def told(rng: Generator, /, *, every_look: bool = False) -> Events:
    """A pilot that saves four times its goal, told in order and in every wrong way, at the end of day 14."""
    before, rows = frozen(MINUTES.key, minutes(rng, BASELINE, 10.0)), _rows(minutes(rng, DAY * A_DAY, 6.0))
    mixed = [rows[index] for index in rng.permutation(len(rows))]
    again = [rows[index] for index in rng.integers(0, len(rows), size=60)]
    late = [row for row in rows if row.day != 10] + [row for row in rows if row.day == 10]
    inorder, arm = _fingerprint(before, rows), _arm(rows)
    either = int(rng.integers(2))
    return {
        "in_order": _go(before, arm),
        "shuffled": float(_fingerprint(before, mixed) == inorder),
        "duplicated": float(_fingerprint(before, [*rows, *again]) == inorder),
        "late": float(_fingerprint(before, late) == inorder),
        "missing": _go(*((before,) if either else (arm,))),
        "stale": _go(before, replace(arm, last_at=NOW - timedelta(hours=48, seconds=1))),
        "constant": _go(before, _arm([replace(row, value=6 * SCALE) for row in rows])),
    }


def fingerprint(rng: Generator, *, order: int) -> str:
    """SHA-256 of the evidence record of one such pilot, its rows shuffled by `order`."""
    before, rows = frozen(MINUTES.key, minutes(rng, BASELINE, 10.0)), _rows(minutes(rng, DAY * A_DAY, 6.0))
    mixed = np.random.default_rng(order).permutation(len(rows))
    return _fingerprint(before, [rows[index] for index in mixed])


def worst_missing(share: float) -> Pilot:
    """Nothing changed, but the longest reviews of every day have no value: gaps are not random."""
    lost = round(share * A_DAY)

    def pilot(rng: Generator, /, *, every_look: bool = False) -> Events:
        before, now = minutes(rng, BASELINE, 10.0), minutes(rng, N, 10.0)
        kept = np.sort(now.reshape(-1, A_DAY), axis=1)[:, : A_DAY - lost].ravel()
        ledger = Ledger(MINUTES.key, kept, a_day=A_DAY - lost)
        old = frozen(MINUTES.key, before)

        def measure(day: int) -> Measured:
            return Measured(arms=(old, replace(ledger.arm(day), missing=lost * day)))

        beside = watching(kept, before, range(A_DAY - lost, kept.size + 1, A_DAY - lost))
        days = beside.days(EVERY_DAY, every_look=every_look)
        return {**follow(always(CAPPED), measure, days).said, **beside.events}

    return pilot


def _rows(stream: Whole) -> list[Row]:
    return [Row(index, index // A_DAY + 1, int(value)) for index, value in enumerate(stream)]


def _arm(rows: Sequence[Row]) -> ArmFacts:
    """Each id once, on the day the task was done: what the running statistics hold, whenever the row came."""
    once = {row.id: row for row in rows}
    by_day = sorted(once.values(), key=lambda row: row.day)
    return Ledger(MINUTES.key, np.array([row.value for row in by_day], dtype=np.int64)).arm(DAY)


def _facts(*arms: ArmFacts) -> Facts:
    return Facts(as_of=NOW, arms=arms)


def _go(*arms: ArmFacts) -> float:
    return float(judge(PLAN, _facts(*arms), NOW, forecasts=False).flag is Flag.GO)


def _fingerprint(before: ArmFacts, rows: Sequence[Row]) -> str:
    facts = _facts(_arm(rows), before)
    verdict = judge(PLAN, facts, NOW, forecasts=False)
    return digest(canonical_json(record(PLAN, facts, verdict, previous="")))


SCENARIOS = (
    Scenario(
        8,
        "rows",
        "A pilot that deserves GO on day 14, told with its rows in order and in every wrong way",
        told,
        (
            power("in order: go", "in_order"),
            Claim("shuffled: the same record, byte for byte", "shuffled", Kind.EVERY),
            Claim("60 rows posted twice: the same record", "duplicated", Kind.EVERY),
            Claim("one day's rows four days late: the same record", "late", Kind.EVERY),
            Claim("baseline or pilot missing: go", "missing", Kind.NONE),
            Claim("last point older than 48 hours: go", "stale", Kind.NONE),
            Claim("every value the same: go", "constant", Kind.NONE),
        ),
    ),
    Scenario(
        8,
        "worst eighth missing",
        "Nothing changed, the longest 12 % of reviews have no value (cap 30 minutes)",
        worst_missing(0.12),
        (
            false_alarm("false go", "go", t_test="t_better"),
            false_alarm("false stop for harm", "harm", t_test="t_worse", static="static"),
        ),
    ),
    Scenario(
        8,
        "worst 4 % missing",
        "Nothing changed, the longest 4 % of reviews have no value: below the 5 % that are left out",
        worst_missing(0.04),
        (Claim("false go", "go", Kind.REPORTED, t_test="t_better"),),
    ),
)
