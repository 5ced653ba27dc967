"""Units → pairs → their sums, in SQL: of all rows, and of the statistics that are kept running.

A pair is one unit of a candidate beside the same unit of the control, in the same segment. Pairs stand in the order in which
their later half came in, then of their digest: the bets depend on the order, and it must be the same everywhere.
"""

COLUMNS = ("value", "base", "at", "digest", "whole")
SERIES = "metric, candidate, epoch"
KEY = f"{SERIES}, segment, unit"
PAIR = f"{KEY}, {', '.join(COLUMNS)}"
SUMS = ("n", "unpaired", "total", "base_total", "squares", "base_squares", "products", "digest")

# From `valued`: units with the mean of what their repeats count as. The control's half is found by a window and not by a
# join, whose cost the planner cannot know beforehand; of several configurations of the control the newest counts.
PAIRED = f""", beside AS (
    SELECT *, first_value(is_control) OVER control AS found, first_value(value) OVER control AS other,
        first_value(at) OVER control AS other_at, first_value(digest) OVER control AS other_digest
    FROM valued
    WINDOW control AS (PARTITION BY metric, segment, unit ORDER BY is_control DESC, epoch DESC)
), pair AS (
    SELECT {KEY}, value, CASE WHEN found THEN other END AS base,
        CASE WHEN found THEN greatest(at, other_at) ELSE at END AS at,
        CASE WHEN found THEN digest + other_digest ELSE digest END AS digest,
        found AND value IS NOT NULL AND other IS NOT NULL AS whole
    FROM beside WHERE NOT is_control
)"""  # noqa: S608  constants, here and below

BY_PART = f"GROUP BY GROUPING SETS (({SERIES}), ({SERIES}, segment))"
PART = "CASE WHEN GROUPING(segment) = 1 THEN '' ELSE segment END"

OF_ROWS = f"""
, valued AS (
    SELECT metric, candidate, segment, epoch, unit, candidate = %(control)s AS is_control,
        CASE WHEN count(*) FILTER (WHERE counted IS NULL AND outcome <> 'infra_error') = 0 THEN avg(counted) END AS value,
        max(observed_at) AS at, sum(digest) AS digest
    FROM measured WHERE phase <> 'baseline' AND unit LIKE 'unit %%' AND metric = ANY(%(paired)s)
    GROUP BY metric, candidate, segment, epoch, unit
){PAIRED}
SELECT metric, candidate, {PART}, epoch,
    count(*) FILTER (WHERE whole),
    coalesce(sum(value) FILTER (WHERE whole), 0), coalesce(sum(base) FILTER (WHERE whole), 0),
    coalesce(sum(value * value) FILTER (WHERE whole), 0), coalesce(sum(base * base) FILTER (WHERE whole), 0),
    coalesce(sum(value * base) FILTER (WHERE whole), 0),
    count(*) FILTER (WHERE NOT whole),
    count(DISTINCT (at AT TIME ZONE 'UTC')::date) FILTER (WHERE whole),
    min(at) FILTER (WHERE whole), max(at) FILTER (WHERE whole), coalesce(sum(digest) FILTER (WHERE whole), 0),
    0, NULL, array_agg(value - base ORDER BY at, digest) FILTER (WHERE whole AND metric = ANY(%(bounded)s)), NULL, NULL
FROM pair
{BY_PART}
HAVING GROUPING(segment) = 1 OR segment <> ''
ORDER BY 1, 2, 3, 4
"""  # noqa: S608

METRIC = """
WITH metric AS (
    SELECT m.id AS metric, m.key, m.key = ANY(%(bounded)s) AS bounded, control.id AS control
    FROM pilots_metric m JOIN pilots_candidate control ON control.pilot_id = m.pilot_id AND control.slug = %(control)s
    WHERE m.pilot_id = %(pilot)s AND m.key = ANY(%(paired)s)
)"""

DUE = """, due AS MATERIALIZED (
    SELECT DISTINCT d.metric_id AS metric, d.segment, d.unit_id AS unit
    FROM pilots_rolluppairdue d JOIN metric ON metric.metric = d.metric_id
)"""

EACH = "OFFSET 0"
"""Looked up one by one in an index: the planner cannot know how few are due, and would read all there are."""

# What the pairs of the units in `due` are now (`pair`), what they were (`known`), and the difference between the two.
CHANGED = f""", series AS MATERIALIZED (
    SELECT DISTINCT metric, candidate, epoch FROM pilots_rollup r JOIN metric ON metric.metric = r.metric_id
    WHERE r.pilot_id = %(pilot)s AND candidate <> 0
), valued AS (
    SELECT metric, u.candidate, u.segment, u.epoch, unit, u.candidate = metric.control AS is_control,
        CASE WHEN u.counted = u.good THEN u.counted_sum / nullif(u.counted, 0) END AS value,
        u.last_at AS at, u.digest
    FROM due JOIN series USING (metric) JOIN metric USING (metric) CROSS JOIN LATERAL (
        SELECT * FROM pilots_rollupunit kept
        WHERE (kept.metric_id, kept.candidate, kept.epoch, kept.segment, kept.unit_id)
            = (due.metric, series.candidate, series.epoch, due.segment, due.unit) AND kept.rows > 0
        {EACH}
    ) AS u
){PAIRED}, known AS (
    SELECT p.id, metric, p.candidate, p.epoch, p.segment, unit, {", ".join(f"p.{name}" for name in COLUMNS)}
    FROM due CROSS JOIN LATERAL (
        SELECT * FROM pilots_rolluppair kept
        WHERE (kept.metric_id, kept.segment, kept.unit_id) = (due.metric, due.segment, due.unit)
        {EACH}
    ) AS p
), change AS MATERIALIZED (
    SELECT 1 AS sign, new.* FROM (SELECT {PAIR} FROM pair EXCEPT SELECT {PAIR} FROM known) AS new
    UNION ALL
    SELECT -1, old.* FROM (SELECT {PAIR} FROM known EXCEPT SELECT {PAIR} FROM pair) AS old
), changed_sums AS (
    SELECT {SERIES}, segment, (at AT TIME ZONE 'UTC')::date AS day,
        coalesce(sum(sign) FILTER (WHERE whole), 0) AS n, coalesce(sum(sign) FILTER (WHERE NOT whole), 0) AS unpaired,
        coalesce(sum(sign * value) FILTER (WHERE whole), 0) AS total,
        coalesce(sum(sign * base) FILTER (WHERE whole), 0) AS base_total,
        coalesce(sum(sign * value * value) FILTER (WHERE whole), 0) AS squares,
        coalesce(sum(sign * base * base) FILTER (WHERE whole), 0) AS base_squares,
        coalesce(sum(sign * value * base) FILTER (WHERE whole), 0) AS products,
        coalesce(sum(sign * digest) FILTER (WHERE whole), 0) AS digest
    FROM change GROUP BY {SERIES}, segment, day
), turn AS (
    -- From here on a sequence is no longer what was bet on.
    SELECT DISTINCT ON ({SERIES}, part) {SERIES}, part, at, digest
    FROM change, LATERAL (VALUES (''), (segment)) AS of(part) WHERE whole
    ORDER BY {SERIES}, part, at, digest
)"""  # noqa: S608

NOT_DUE = "(p.metric_id, p.segment, p.unit_id) NOT IN (SELECT metric, segment, unit FROM due)"
OF_SEGMENT = """p.metric_id = s.metric AND p.candidate = s.candidate AND p.epoch = s.epoch AND p.segment = s.segment
            AND p.whole"""
SAME_SEGMENT = f"({SERIES}, segment) = (s.metric, s.candidate, s.epoch, s.segment)"


def _end(direction: str, function: str, better: str) -> str:
    """The first or last instant of a segment: read off the index, and beside it those that are due."""
    return f"""{better}(
            (SELECT p.at FROM pilots_rolluppair p WHERE {OF_SEGMENT} AND {NOT_DUE} ORDER BY p.at {direction} LIMIT 1),
            (SELECT {function}(at) FROM pair WHERE {SAME_SEGMENT} AND whole))"""  # noqa: S608


OF_STATISTICS = f"""{METRIC}{DUE}{CHANGED}
, day AS (
    SELECT {SERIES}, segment, day, {", ".join(f"sum({name}) AS {name}" for name in SUMS)}
    FROM (
        SELECT metric, d.candidate, epoch, segment, day, {", ".join(SUMS)}
        FROM pilots_rolluppairday d JOIN metric ON metric.metric = d.metric_id
        UNION ALL SELECT {SERIES}, segment, day, {", ".join(SUMS)} FROM changed_sums
    ) AS told GROUP BY {SERIES}, segment, day
), segment AS MATERIALIZED (
    SELECT s.*, {_end("", "min", "least")} AS first_at, {_end("DESC", "max", "greatest")} AS last_at
    FROM (SELECT DISTINCT {SERIES}, segment FROM day) AS s
), sums AS (
    SELECT {SERIES}, {PART} AS part, {", ".join(f"sum({name}) AS {name}" for name in SUMS)},
        count(DISTINCT day) FILTER (WHERE n > 0) AS days, min(first_at) AS first_at, max(last_at) AS last_at
    FROM day JOIN segment USING ({SERIES}, segment)
    {BY_PART}
    HAVING (GROUPING(segment) = 1 OR segment <> '') AND sum(n) + sum(unpaired) > 0
), bet AS (
    SELECT sums.metric, sums.candidate, sums.epoch, part, kept.n, kept.state,
        coalesce(kept.at, '-infinity') AS at, coalesce(kept.digest, 0) AS digest
    FROM sums JOIN metric USING (metric) LEFT JOIN turn USING ({SERIES}, part)
    LEFT JOIN LATERAL (
        SELECT b.n, b.state, b.at, b.digest FROM pilots_rollupbet b
        WHERE b.metric_id = sums.metric AND b.candidate = sums.candidate AND b.epoch = sums.epoch AND b.part = sums.part
            AND (turn.at IS NULL OR (b.at, b.digest) < (turn.at, turn.digest))
        ORDER BY b.n DESC LIMIT 1
    ) AS kept ON true
    WHERE bounded
), tail AS (
    SELECT bet.metric, bet.candidate, bet.epoch, part,
        array_agg(difference ORDER BY later.at, later.digest) AS differences,
        array_agg(later.at ORDER BY later.at, later.digest) AS instants,
        array_agg(later.digest ORDER BY later.at, later.digest) AS digests
    FROM bet JOIN segment s USING ({SERIES})
    JOIN LATERAL (
        SELECT p.value - p.base AS difference, p.at, p.digest FROM pilots_rolluppair p
        WHERE {OF_SEGMENT} AND (p.at, p.digest) > (bet.at, bet.digest) AND {NOT_DUE}
        UNION ALL
        SELECT value - base, at, digest FROM pair
        WHERE {SAME_SEGMENT} AND whole AND (at, digest) > (bet.at, bet.digest)
    ) AS later ON true
    WHERE part IN ('', s.segment)
    GROUP BY 1, 2, 3, 4
)
SELECT metric.key, c.slug, part, epoch, sums.n::bigint, total, base_total, squares, base_squares, products,
    unpaired::bigint, days, first_at, last_at, sums.digest, bet.n, state, differences, instants, digests
FROM sums JOIN metric USING (metric) JOIN pilots_candidate c ON c.id = sums.candidate
LEFT JOIN bet USING ({SERIES}, part) LEFT JOIN tail USING ({SERIES}, part)
ORDER BY 1, 2, 3, 4
"""  # noqa: S608
