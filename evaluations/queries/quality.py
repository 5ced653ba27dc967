"""How good a run's answers were: with errors as wrong, without them, and in the worst case."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from evaluations.models import Run
from evaluations.stats.rates import rate_sequence

ALPHA = 0.05
Row = tuple[int, float, int, float, float, int, int, int | None, int, int]
NOTHING: Row = (0, 0.0, 0, 0.0, 0.0, 0, 0, None, 0, 0)
# A case is one observation however often it was repeated: its share of passes. The last column divides by what was
# planned, so that whatever is missing counts as not passed.
UNITS = """
SELECT target_id,
    count(*) FILTER (WHERE counted > 0), coalesce(sum(passed::float8 / nullif(counted, 0)), 0),
    count(*) FILTER (WHERE answered > 0), coalesce(sum(passed::float8 / nullif(answered, 0)), 0),
    coalesce(sum(passed::float8 / %(repeats)s), 0), sum(failed), sum(ours), sum(violations), sum(by_model), sum(stored)
FROM (
    SELECT result.target_id, result.case_id,
        count(*) FILTER (WHERE passed) AS passed,
        count(*) FILTER (WHERE outcome <> 'infra_error') AS counted,
        count(*) FILTER (WHERE outcome NOT IN ('infra_error', 'error', 'timeout')) AS answered,
        count(*) FILTER (WHERE outcome IN ('error', 'timeout')) AS failed,
        count(*) FILTER (WHERE outcome = 'infra_error') AS ours,
        sum(violations) AS violations,
        count(*) AS stored,
        count(*) FILTER (WHERE judged_by = 'model') AS by_model
    FROM evaluations_result AS result JOIN evaluations_runtarget AS target ON target.id = result.target_id
    WHERE target.run_id = %(run)s GROUP BY 1, 2
) AS cases GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of n cases that pass, with the ends of its 95 % confidence sequence. `share` is None of no cases."""

    n: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Three answers to "how many pass": errors of the model as wrong (the one that counts), without them as many tools
    report it, and with everything that was planned and has no good answer as wrong.

    `failed` results are errors and time-outs, `ours` failed on our side, `missing` have no result. `violations` of a
    contract are None where none was held against the answers. `by_model` results rest on a judging model's word.
    """

    errors_as_wrong: Share
    errors_excluded: Share
    worst_case: Share
    failed: int
    ours: int
    missing: int
    violations: int | None
    by_model: int


def quality(run: Run) -> Mapping[int, Quality]:
    """By target id; targets without any result included. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(UNITS, {"run": run.pk, "repeats": run.repeats})
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    targets = list(run.targets.order_by("id").values_list("pk", flat=True))
    cells = run.planned_results // max(len(targets), 1)
    return {target: _quality(rows.get(target, NOTHING), cells, run.repeats) for target in targets}


def _quality(row: Row, cells: int, repeats: int) -> Quality:
    counted, passed, answered, passed_answered, passed_planned, failed, ours, violations, by_model, stored = (
        row
    )
    return Quality(
        errors_as_wrong=_share(passed, counted),
        errors_excluded=_share(passed_answered, answered),
        worst_case=_share(passed_planned, cells // repeats),
        failed=int(failed),
        ours=int(ours),
        missing=max(cells - int(stored), 0),
        violations=None if violations is None else int(violations),
        by_model=int(by_model),
    )


def _share(passed: float, n: int) -> Share:
    if not n:
        return Share(0, None, 0.0, 1.0)
    ends = rate_sequence(min(passed, n), n, ALPHA)
    return Share(n, passed / n, ends.low, ends.high)
