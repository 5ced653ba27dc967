"""How far a run is, and what came of it for each target."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import Aggregate, Count, FloatField, Q, QuerySet, Sum

from evaluations.models import Result, Run, RunTarget
from evaluations.models.run import Outcome
from evaluations.queries.costs import TargetCost, cost_of

COUNTED = ~Q(outcome=Outcome.INFRA_ERROR)


@dataclass(frozen=True, slots=True)
class Progress:
    """`by_outcome` names the outcomes that occurred; they add up to `done`."""

    planned: int
    done: int
    by_outcome: Mapping[str, int]

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.done / self.planned if self.planned else 0.0


@dataclass(frozen=True, slots=True)
class TargetSummary:
    """What one target's results say. Our own errors are in `outcomes` alone: they count neither for nor against.

    `share` is passed of n, None without any answer that counts. Latencies are seconds around the raw call, time-outs
    included; None where nothing was measured. `overhead_p50_s` is what our own harness added to them, as null calls
    beside them show. Token counts are None when the host reported none; `cost` is None before the first call.
    """

    target: RunTarget
    n: int
    passed: int
    share: float | None
    outcomes: Mapping[str, int]
    latency_p50_s: float | None
    latency_p95_s: float | None
    input_tokens: int | None
    output_tokens: int | None
    retried: int
    first_token_p50_s: float | None = None
    overhead_p50_s: float | None = None
    cost: TargetCost | None = None


class _Percentile(Aggregate):
    """PostgreSQL's percentile_cont: interpolated between the two nearest values."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(at)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def progress(run: Run) -> Progress:
    return progress_of([run])[run.pk]


def progress_of(runs: Iterable[Run]) -> dict[int, Progress]:
    """Progress by run id, in one query however many they are."""
    runs = list(runs)
    counts: dict[int, dict[str, int]] = {run.pk: {} for run in runs}
    rows = Result.objects.filter(target__run__in=runs).order_by()
    for run_id, outcome, number in rows.values_list("target__run_id", "outcome").annotate(Count("id")):
        counts[run_id][outcome] = number
    return {
        run.pk: Progress(run.planned_results, sum(counts[run.pk].values()), counts[run.pk]) for run in runs
    }


def comparison(run: Run) -> list[TargetSummary]:
    """One summary a target, in the order they were planned; those without results included. Six queries."""
    targets = run.targets.select_related("deployment__model", "prompt__suite").order_by("id")
    results = Result.objects.filter(target__run=run).order_by()
    outcomes: dict[int, dict[str, int]] = {}
    for target_id, outcome, number in results.values_list("target_id", "outcome").annotate(Count("id")):
        outcomes.setdefault(target_id, {})[outcome] = number
    measured = {row["target_id"]: row for row in _measured(results)}
    overheads, costs = _overheads(run), cost_of(run)
    return [
        replace(
            _summary(target, outcomes.get(target.pk, {}), measured.get(target.pk, {})),
            overhead_p50_s=overheads.get(target.deployment_id),
            cost=costs.get(target.pk),
        )
        for target in targets
    ]


def _overheads(run: Run) -> dict[int, float]:
    """The median of all null calls made beside each deployment's, in seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT deployment_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY figure) FROM evaluations_calibration"
            " JOIN evaluations_batch AS batch ON batch.id = batch_id CROSS JOIN unnest(seconds) AS figure"
            " WHERE batch.run_id = %s GROUP BY deployment_id",
            [run.pk],
        )
        return dict(cursor.fetchall())


def _measured(results: "QuerySet[Result]") -> Iterable[Mapping[str, Any]]:
    return results.values("target_id").annotate(
        passed_count=Count("id", filter=COUNTED & Q(passed=True)),
        p50=_Percentile("latency_s", at=0.5, filter=COUNTED),
        p95=_Percentile("latency_s", at=0.95, filter=COUNTED),
        first=_Percentile("first_token_s", at=0.5, filter=COUNTED),
        tokens_in=Sum("input_tokens"),
        tokens_out=Sum("output_tokens"),
        retried=Count("id", filter=Q(attempts__gt=1)),
    )


def _summary(target: RunTarget, outcomes: Mapping[str, int], row: Mapping[str, Any]) -> TargetSummary:
    n = sum(number for outcome, number in outcomes.items() if outcome != Outcome.INFRA_ERROR)
    passed = row.get("passed_count", 0)
    return TargetSummary(
        target=target,
        n=n,
        passed=passed,
        share=passed / n if n else None,
        outcomes=outcomes,
        latency_p50_s=row.get("p50"),
        latency_p95_s=row.get("p95"),
        input_tokens=row.get("tokens_in"),
        output_tokens=row.get("tokens_out"),
        retried=row.get("retried", 0),
        first_token_p50_s=row.get("first"),
    )
