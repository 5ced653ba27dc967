"""Facts from the running statistics: one statement, so one snapshot, whatever the number of measurements.

Only a series that ends in infrastructure errors asks for more: those are counted from their rows, by an index of their
own (`infra`), and a row that comes in between belongs to the next look.
"""

import json
from collections import defaultdict, namedtuple
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilots.actions import server_bound
from pilots.judging.facts import ArmFacts, Epoch
from pilots.judging.plan import Plan
from pilots.models import Pilot
from pilots.models.rollup import LIMITS
from pilots.queries.facts import epochs, frames, kept, quantiles, rare
from pilots.queries.facts.rare import Rare

BEYOND = tuple(f"beyond_{number}" for number in range(1, LIMITS + 1))
COUNTS = ("rows", "units", "n", "ones", "averaged", *kept.ERRORS, *BEYOND, "doubts")
EXACT = ("total", "squares", "digest")
SUMS = (*COUNTS, *EXACT)
SERIES = "metric_id, candidate, phase, epoch"
OF_DAYS = (
    *(name for name in COUNTS if name not in ("rows", "averaged", "infra_error", "doubts")),
    "total",
    "squares",
)


# Straight from the table, each by itself: sums of sums, and one sort for all groupings, cost several times as much.
OUTER = """min(first_at) AS first_at, max(last_at) AS last_at,
        max(good_at) AS good_at, max(seen_at) AS seen_at"""


def _sum(name: str) -> str:
    """A row counts one day of one series. Four bytes hold that, and their sums are of eight: sums of eight bytes are of
    any length, which costs half as much again."""
    return f"sum({name})" if name in EXACT else f"sum({name}::int)"


def _summed(names: Iterable[str]) -> str:
    return ", ".join(f"{_sum(name)} AS {name}" for name in names)


def _summed_up(names: Iterable[str]) -> str:
    """Of sums."""
    return ", ".join(
        f"sum({name}) AS {name}" if name in EXACT else f"sum({name})::bigint AS {name}" for name in names
    )


def _kind(kind: str, source: str, **columns: str) -> str:
    """One part of the answer: what it does not say is NULL."""
    chosen = ", ".join(f"{columns.get(name, 'NULL')}{cast}" for name, cast in COLUMNS.items())
    return f"SELECT '{kind}' AS kind, {chosen} FROM {source}"  # noqa: S608


COLUMNS = (
    dict.fromkeys(("metric_id", "candidate"), "::bigint")
    | dict.fromkeys(("phase", "segment"), "::text")
    | {"epoch": "::int", "day": "::date"}
    | dict.fromkeys(COUNTS, "::bigint")
    | dict.fromkeys(EXACT, "::numeric")
    | {"days": "::bigint"}
    | dict.fromkeys(("first_at", "last_at", "good_at", "seen_at"), "::timestamptz")
    | {"signature": "::jsonb", "bin": "::int"}
)
PLACE = {name: name for name in ("metric_id", "candidate", "phase", "epoch")}
SEEN = {name: name for name in ("good_at", "seen_at")}
PART = PLACE | {name: name for name in (*SUMS, "first_at", "last_at")}

STATE = "\nUNION ALL\n".join(
    (
        f"""
WITH part AS (
    SELECT {SERIES}, segment, {_summed(SUMS)}, {OUTER}
    FROM pilots_rollup WHERE pilot_id = %(pilot)s GROUP BY {SERIES}, segment
), whole AS (
    SELECT {SERIES}, {_summed_up(SUMS)}, {OUTER} FROM part GROUP BY {SERIES}
), days AS (
    SELECT {SERIES}, count(*) AS days FROM (
        SELECT {SERIES} FROM pilots_rollup
        WHERE pilot_id = %(pilot)s AND phase = 'baseline' GROUP BY {SERIES}, day HAVING sum(units) > 0
    ) AS measured GROUP BY {SERIES}
), days_of_part AS (
    SELECT {SERIES}, segment, count(*) AS days FROM (
        SELECT {SERIES}, segment FROM pilots_rollup
        WHERE pilot_id = %(pilot)s AND segment <> '' GROUP BY {SERIES}, segment, day HAVING sum(units) > 0
    ) AS measured GROUP BY {SERIES}, segment
)
"""  # noqa: S608  constants
        + _kind(
            "part",
            f"whole LEFT JOIN days USING ({SERIES})",
            segment="''",
            days="coalesce(days, 0)",
            **PART,
            **SEEN,
        ),
        _kind(
            "part",
            f"part LEFT JOIN days_of_part USING ({SERIES}, segment) WHERE segment <> ''",
            segment="segment",
            days="coalesce(days, 0)",
            **PART,
        ),
        _kind(
            "day",
            f"""pilots_rollup WHERE pilot_id = %(pilot)s AND phase <> 'baseline'
            GROUP BY {SERIES}, day HAVING sum(units) > 0""",
            day="day",
            **PLACE,
            **{name: _sum(name) for name in OF_DAYS},
        ),
        _kind(
            "span",
            "pilots_rollupspan WHERE pilot_id = %(pilot)s GROUP BY candidate, fingerprint",
            candidate="candidate",
            segment="fingerprint",
            first_at="min(first_at)",
            last_at="max(last_at)",
        ),
        _kind(
            "metric",
            "pilots_metric m LEFT JOIN pilots_rollupframe f ON f.metric_id = m.id WHERE m.pilot_id = %(pilot)s",
            metric_id="m.id",
            segment="m.key",
            signature="f.signature",
        ),
        _kind("candidate", "pilots_candidate WHERE pilot_id = %(pilot)s", candidate="id", segment="slug"),
        _kind(
            "bin",
            """pilots_rolluphistogram b JOIN pilots_metric m ON m.id = b.metric_id AND m.key = ANY(%(quantiles)s),
                unnest(bins, counts) AS counted(bin, n)
            WHERE b.pilot_id = %(pilot)s GROUP BY b.metric_id, candidate, phase = 'baseline', epoch, segment, bin
            HAVING sum(n) <> 0""",
            metric_id="b.metric_id",
            candidate="candidate",
            phase="min(phase)",
            epoch="epoch",
            segment="segment",
            bin="bin",
            n="sum(n)",
        ),
        _kind("waiting", "pilots_rollupwaiting WHERE pilot_id = %(pilot)s", first_at="min(observed_at)"),
    )
)

Row = namedtuple("Row", ("kind", *COLUMNS))  # type: ignore[misc]
Place = tuple[int, int, str, int]


@dataclass(frozen=True)
class State:
    """What the running statistics say of a pilot, and what is told of it elsewhere."""

    arms: tuple[ArmFacts, ...]
    epochs: tuple[Epoch, ...]
    rare: Rare


def load(pilot: Pilot, plan: Plan, *, as_of: datetime) -> State | None:
    """None when the statistics cannot answer and the rows must: they were counted for another plan, a metric is in
    doubt, or rows later than `as_of` are among them."""
    wanted = frames.wanted(pilot, plan)
    if wanted is None:
        return None
    kinds: dict[str, list[Any]] = defaultdict(list)
    asked = {"pilot": pilot.pk, "quantiles": list(quantiles.wanted(plan))}
    rows, of_rare = server_bound.by_one_plan((STATE, asked), (rare.RARE, [pilot.pk]))
    for values in rows:
        kinds[values[0]].append(Row._make(values))
    names = kept.Names(
        metrics={row.metric_id: row.segment for row in kinds["metric"]},
        candidates={row.candidate: row.segment for row in kinds["candidate"]} | {0: ""},
        frames={row.segment: _signature(row.signature) for row in kinds["metric"]},
    )
    counted_so = all(names.frames.get(key) == signature for key, signature in wanted.items())
    if not counted_so or not _whole(kinds, as_of):
        return None
    arms = kept.arms(pilot.pk, plan, parts=kinds["part"], days=kinds["day"], names=names, as_of=as_of)
    return State(
        arms=quantiles.fill(arms, plan, (_bin(row, names) for row in kinds["bin"])),
        epochs=tuple(_epochs(kinds["span"], names.candidates)),
        rare=rare.of_rows(of_rare),
    )


def _bin(row: Any, names: kept.Names) -> quantiles.Counted:
    metric, candidate = names.metrics[row.metric_id], names.candidates[row.candidate]
    return metric, candidate, row.phase == "baseline", row.epoch, row.segment, row.bin, row.n


def _signature(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _whole(kinds: dict[str, list[Any]], as_of: datetime) -> bool:
    if any(row.doubts for row in kinds["part"]):
        return False
    seen = [row.seen_at for row in kinds["part"] if row.seen_at] + [row.last_at for row in kinds["span"]]
    (waiting,) = kinds["waiting"]
    return max(seen, default=as_of) <= as_of and (waiting.first_at is None or waiting.first_at > as_of)


def _epochs(rows: list[Any], slugs: dict[int, str]) -> list[Epoch]:
    found = [(slugs[row.candidate], row.first_at, row.segment, row.last_at) for row in rows]
    return epochs.of_spans((slug, name, first, last) for slug, first, name, last in sorted(found))
