"""Rows → their share of the running statistics, in SQL.

Rows without a unit id go straight to the sums. A named unit is first brought up to date in its own row, under that row's
lock; then its old share is taken out of the sums and its new share put in. Units are locked in the order of their
key, so two batches with the same units wait for each other and never for ever. Sums are appended, never updated.

A batch that is being stored is added up where it was read (`counting`) and brings its units along (`of_units`); the rows
of a whole pilot are added up here (`of_rows`). Both say the same: the tests hold one to the other.
"""

from pilots.models.rollup import LIMITS
from pilots.queries.facts.row import BIN, BOUNDS, COUNTED, DIGEST, DIGITS, SOUND, VALUE

BAD = ("abstained", "escalated", "refused", "blocked", "timeout", "error")
SERIES = "metric_id, candidate, epoch, segment"
UNIT = f"{SERIES}, unit_id"
OUTCOMES = ("ok", *BAD)
LIMIT_COLUMNS = ", ".join(f"limit_{number} numeric" for number in range(1, LIMITS + 1))
# As max(outcome) among the repeats of a unit: by name, since that order is the same for everybody.
WORST_FIRST = sorted(BAD, reverse=True)
COLUMNS = ("rows", "good", "counted", "counted_sum", *OUTCOMES, "digest")

METRIC = f"""
WITH metric AS (
    SELECT frame.metric_id, t.* FROM pilots_rollupframe frame, jsonb_to_record(frame.signature) AS t(
        key text, {BOUNDS}, counts_from timestamptz, maintenance_from timestamptz, lower bool, provenances jsonb,
        paired_with text, {LIMIT_COLUMNS})
    WHERE frame.pilot_id = %(pilot)s AND frame.metric_id = ANY(%(metrics)s)
)"""  # noqa: S608  the parts are constants

MEASURED = f"""
, epoch AS (
    SELECT * FROM jsonb_to_recordset(%(epochs)s::jsonb)
        AS t(candidate bigint, index int, fingerprint text, opened_at timestamptz)
), measured AS MATERIALIZED (
    SELECT m.metric_id, coalesce(m.candidate_id, 0) AS candidate, m.segment, m.unit_id, m.outcome, m.observed_at,
        metric.maintenance_from, m.fingerprint = '' AND m.phase <> 'baseline' AS blank,
        CASE WHEN m.phase = 'baseline' THEN 0
             WHEN m.fingerprint <> '' THEN own.index
             ELSE coalesce((SELECT max(e.index) FROM epoch e
                 WHERE e.candidate = m.candidate_id AND e.opened_at <= m.observed_at), 0) END AS epoch,
        {VALUE} AS value, {COUNTED} AS counted, {DIGEST} AS digest
    FROM pilots_measurement m
    JOIN metric ON metric.metric_id = m.metric_id
    LEFT JOIN pilots_candidate c ON c.id = m.candidate_id
    LEFT JOIN epoch own ON own.candidate = m.candidate_id AND own.fingerprint = m.fingerprint
    WHERE m.pilot_id = %(pilot)s AND {{chosen}} AND {SOUND} AND metric.provenances ? m.provenance
        AND (m.phase = 'baseline' OR metric.counts_from IS NULL OR m.observed_at >= metric.counts_from)
)"""  # noqa: S608

BATCH = f"""
, batch AS (
    SELECT {UNIT}, count(*) AS rows,
        count(*) FILTER (WHERE outcome <> 'infra_error') AS good,
        count(counted) AS counted, coalesce(sum(counted), 0) AS counted_sum,
        {", ".join(f"count(*) FILTER (WHERE outcome = '{name}') AS {name}" for name in OUTCOMES)},
        sum(digest) AS digest, min(observed_at) AS first_at, max(observed_at) AS last_at
    FROM measured WHERE unit_id <> '' GROUP BY {UNIT}
)"""  # noqa: S608

GIVEN_TYPES = (
    *("bigint", "bigint", "int", "text", "text", "bigint", "bigint", "bigint", "numeric"),
    *("bigint" for _ in OUTCOMES),
    *("numeric", "timestamptz", "timestamptz"),
)
GIVEN = f"""
, batch AS (
    SELECT * FROM unnest({", ".join(f"%(unit_{at})s::{kind}[]" for at, kind in enumerate(GIVEN_TYPES))})
        AS t({UNIT}, {", ".join(COLUMNS)}, first_at, last_at)
)"""  # noqa: S608

UNITS = f"""
, stored AS (
    INSERT INTO pilots_rollupunit AS u (pilot_id, {UNIT}, {", ".join(COLUMNS)}, first_at, last_at)
    SELECT %(pilot)s, {UNIT}, {", ".join(COLUMNS)}, first_at, last_at FROM batch ORDER BY {UNIT}
    ON CONFLICT ({UNIT}) DO UPDATE SET
        {", ".join(f"{name} = u.{name} + excluded.{name}" for name in COLUMNS)},
        first_at = least(u.first_at, excluded.first_at), last_at = greatest(u.last_at, excluded.last_at),
        was_first_at = u.first_at, was_last_at = u.last_at
    RETURNING *
), queued AS (
    INSERT INTO pilots_rolluppairdue (pilot_id, metric_id, segment, unit_id)
    SELECT DISTINCT pilot_id, metric_id, segment, unit_id FROM stored JOIN metric USING (metric_id)
    WHERE paired_with IS NOT NULL AND candidate <> 0
), before AS (
    SELECT {", ".join(f"s.{name.strip()}" for name in UNIT.split(","))},
        {", ".join(f"s.{name} - b.{name} AS {name}" for name in COLUMNS)},
        s.was_first_at AS first_at, s.was_last_at AS last_at
    FROM stored s JOIN batch b USING ({UNIT}) WHERE s.was_first_at IS NOT NULL
), share AS (
    SELECT 1 AS sign, {UNIT}, {", ".join(COLUMNS)}, first_at, last_at FROM stored WHERE rows > 0
    UNION ALL
    SELECT -1, {UNIT}, {", ".join(COLUMNS)}, first_at, last_at FROM before WHERE rows > 0
), unit AS (
    SELECT sign, {UNIT}, rows, good > 1 AS averaged, digest, first_at, last_at,
        CASE WHEN good > 1 THEN CASE WHEN counted = good THEN counted_sum / counted END
             WHEN ok = 1 THEN counted_sum END AS value,
        CASE WHEN good = 0 THEN 'infra_error' WHEN good > 1 AND counted = good THEN 'ok'
             {" ".join(f"WHEN {name} > 0 THEN '{name}'" for name in WORST_FIRST)} ELSE 'ok' END AS outcome
    FROM share
    {{loose}}
), moved AS (
    -- A unit that is seen again in the maintenance phase leaves first use. Only if it was the first or the last one there
    -- does more change than sums can follow.
    SELECT s.metric_id FROM stored s JOIN metric USING (metric_id)
    WHERE s.candidate <> 0 AND s.was_last_at < metric.maintenance_from AND s.last_at >= metric.maintenance_from
        AND NOT EXISTS (
            SELECT FROM pilots_rollup r
            WHERE r.pilot_id = %(pilot)s AND (r.metric_id, r.candidate, r.epoch, r.segment)
                = (s.metric_id, s.candidate, s.epoch, s.segment) AND r.phase = 'first_use'
            HAVING min(r.first_at) < s.was_first_at AND max(r.last_at) > s.was_last_at
        )
)"""  # noqa: S608

LOOSE = f"""UNION ALL
    SELECT 1, {UNIT}, 1, false, digest, observed_at, observed_at, value, outcome FROM measured WHERE unit_id = ''"""  # noqa: S608

SUMS = (
    "rows",
    "units",
    "n",
    "total",
    "squares",
    "ones",
    "averaged",
    *BAD,
    "infra_error",
    *(f"beyond_{number}" for number in range(1, LIMITS + 1)),
    "doubts",
    "digest",
)
TIMES = ("first_at", "last_at", "good_at", "seen_at", "blank_at")
PLACE = f"{SERIES}, phase, day"


def _beyond(number: int) -> str:
    limit = f"metric.limit_{number}"
    return (
        f"coalesce(sum(sign) FILTER (WHERE outcome = 'ok' AND "
        f"CASE WHEN metric.lower THEN value > {limit} ELSE value < {limit} END), 0)"
    )


PHASE = """CASE WHEN candidate = 0 THEN 'baseline'
         WHEN last_at >= maintenance_from THEN 'maintenance' ELSE 'first_use' END AS phase"""
DAY = "(first_at AT TIME ZONE 'UTC')::date AS day"

BINS = f"""
, binned AS (
    INSERT INTO pilots_rolluphistogram (pilot_id, {PLACE}, bins, counts, folded)
    SELECT %(pilot)s, {PLACE}, array_agg(bin), array_agg(n), false FROM (
        SELECT unit.metric_id, candidate, epoch, segment, {PHASE}, {DAY}, {BIN} AS bin, sum(unit.sign) AS n
        FROM unit JOIN metric USING (metric_id), {DIGITS}
        WHERE outcome = 'ok' AND value IS NOT NULL
        GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(unit.sign) <> 0
    ) AS counted GROUP BY {PLACE}
)"""  # noqa: S608

KEPT = f"""
INSERT INTO pilots_rollup (pilot_id, {PLACE}, folded, {", ".join(SUMS)}, {", ".join(TIMES)})
SELECT %(pilot)s, unit.metric_id, candidate, epoch, segment, {PHASE}, {DAY}, false,
    sum(sign * rows), coalesce(sum(sign) FILTER (WHERE outcome <> 'infra_error'), 0),
    coalesce(sum(sign) FILTER (WHERE outcome = 'ok'), 0),
    coalesce(sum(sign * value) FILTER (WHERE outcome = 'ok'), 0),
    coalesce(sum(sign * value * value) FILTER (WHERE outcome = 'ok'), 0),
    coalesce(sum(sign) FILTER (WHERE outcome = 'ok' AND value = 1), 0),
    coalesce(sum(sign) FILTER (WHERE averaged), 0),
    {", ".join(f"coalesce(sum(sign) FILTER (WHERE outcome = '{name}'), 0)" for name in (*BAD, "infra_error"))},
    {", ".join(_beyond(number) for number in range(1, LIMITS + 1))},
    0, sum(sign * digest),
    min(first_at) FILTER (WHERE sign > 0 AND outcome <> 'infra_error'),
    max(last_at) FILTER (WHERE sign > 0 AND outcome <> 'infra_error'),
    NULL::timestamptz, NULL::timestamptz, NULL::timestamptz
FROM unit JOIN metric USING (metric_id)
GROUP BY unit.metric_id, candidate, epoch, segment, phase, day
UNION ALL
SELECT %(pilot)s, metric_id, 0, 0, '', 'baseline', '2000-01-01', false,
    {", ".join("count(*)" if name == "doubts" else "0" for name in SUMS)}, NULL, NULL, NULL, NULL, NULL
FROM moved GROUP BY metric_id
"""  # noqa: S608

SEEN = f"""UNION ALL
SELECT %(pilot)s, metric_id, candidate, epoch, '',
    CASE WHEN candidate = 0 THEN 'baseline'
         WHEN observed_at >= maintenance_from THEN 'maintenance' ELSE 'first_use' END AS phase,
    '2000-01-01'::date, false, {", ".join("0" for _ in SUMS)}, NULL, NULL,
    max(observed_at) FILTER (WHERE outcome <> 'infra_error'), max(observed_at), max(observed_at) FILTER (WHERE blank)
FROM measured GROUP BY metric_id, candidate, epoch, phase
"""  # noqa: S608

ALL_DUE = "NOT EXISTS (SELECT FROM pilots_rollupwaiting w WHERE w.measurement_id = m.id)"


def of_rows(chosen: str) -> str:
    """The whole statement for the rows that the condition `chosen` names, which are in no statistics yet."""
    units = UNITS.format(loose=LOOSE)
    return METRIC + MEASURED.format(chosen=chosen) + BATCH + units + BINS + KEPT + SEEN


OF_UNITS = METRIC + GIVEN + UNITS.format(loose="") + BINS + KEPT

# Shares that were added up already.
SHARE_TYPES = ", ".join(
    (
        "metric_id bigint, candidate bigint, epoch int, segment text, phase text, day date",
        *(f"{name} {'numeric' if name in {'total', 'squares', 'digest'} else 'bigint'}" for name in SUMS),
        *(f"{name} timestamptz" for name in TIMES),
        "bins smallint[], counts bigint[]",
    )
)
OF_SHARES = f"""
WITH share AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(shares)s::jsonb) AS t({SHARE_TYPES})
), binned AS (
    INSERT INTO pilots_rolluphistogram (pilot_id, {PLACE}, bins, counts, folded)
    SELECT %(pilot)s, {PLACE}, bins, counts, false FROM share WHERE bins <> '{{}}'
)
INSERT INTO pilots_rollup (pilot_id, {PLACE}, folded, {", ".join(SUMS)}, {", ".join(TIMES)})
SELECT %(pilot)s, {PLACE}, false, {", ".join(SUMS)}, {", ".join(TIMES)} FROM share
"""  # noqa: S608
