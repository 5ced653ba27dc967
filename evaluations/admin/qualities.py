"""The quality of a run's targets as cells of tables: three figures, and situation by situation."""

from collections.abc import Mapping
from typing import Any

from evaluations.models import Run
from evaluations.queries.agreement import agreement
from evaluations.queries.coverage import Covered, Went, by_scenario, coverage
from evaluations.queries.quality import Quality, Share, quality
from evaluations.queries.suites import newest_version
from evaluations.stats.agreement import Agreement

NONE = "–"
HEADERS = [
    "Target",
    "Passed, errors as wrong",
    "Errors left out",
    "Worst case",
    "Failed / ours / missing",
    "Judged by a model",
]


def table(run: Run) -> dict[str, Any]:
    """As unfold's table component takes it."""
    found, keys = quality(run), dict(run.targets.values_list("pk", "key"))
    violations = any(one.violations is not None for one in found.values())
    headers = [*HEADERS, "Contract violations"] if violations else HEADERS
    rows = [
        _row(keys[target], one) + ([_count(one.violations)] if violations else [])
        for target, one in found.items()
    ]
    return {"headers": headers, "rows": rows}


def scenarios(run: Run) -> dict[str, Any]:
    targets = list(run.targets.order_by("id").values_list("pk", "key"))
    rows = [_scenario(covered, went, [pk for pk, _ in targets]) for covered, went in by_scenario(run)]
    return {"headers": ["Situation", "Cases", *(key for _, key in targets)], "rows": rows}


def suite_coverage(suite: Any) -> dict[str, Any]:
    rows = [
        [row.label, str(row.cases) if row.tested else "not tested", str(row.must_abstain or NONE)]
        for row in coverage(newest_version(suite))
    ]
    return {"headers": ["Situation", "Cases", "That demand “I do not know”"], "rows": rows}


def judge_sentence(run: Run) -> str:
    """How far the model judge agrees with people; "" where no model judged."""
    if not any(one.by_model for one in quality(run).values()):
        return ""
    return agreement_words(agreement(run))


def agreement_words(found: Agreement) -> str:
    if not found.n:
        return (
            "A model judged these answers, and nobody has checked it yet. Label some results as right or wrong: until "
            "then its word stands alone, and proves nothing."
        )
    interval = found.interval()
    if found.kappa is None or interval is None:
        return f"{found.n} answers were labelled, all alike: too little to tell agreement from chance."
    return (
        f"Judge and people agree on {found.both + found.neither} of {found.n} answers; Cohen’s kappa {found.kappa:.2f} "
        f"({interval.low:.2f} to {interval.high:.2f})."
    )


def _row(key: str, found: Quality) -> list[str]:
    return [
        key,
        share(found.errors_as_wrong),
        share(found.errors_excluded),
        share(found.worst_case),
        f"{found.failed} / {found.ours} / {found.missing}",
        str(found.by_model or NONE),
    ]


def share(found: Share) -> str:
    if found.share is None:
        return NONE
    return f"{found.share:.1%} of {found.n} ({found.low:.1%} to {found.high:.1%})"


def _count(number: int | None) -> str:
    return NONE if number is None else str(number)


def _scenario(covered: Covered, went: Mapping[int, Went], targets: list[int]) -> list[str]:
    cells = [went.get(target) for target in targets]
    shown = [
        f"{one.passed} of {one.n} ({one.share:.0%})" if one and one.share is not None else NONE
        for one in cells
    ]
    return [covered.label, str(covered.cases) if covered.tested else "not tested", *shown]
