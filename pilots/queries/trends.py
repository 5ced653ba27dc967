"""The days of every metric of a pilot, from the running day statistics: never from all rows."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from pilots.judging.facts import Phase
from pilots.judging.plan import Estimand, MetricPlan, Plan
from pilots.judging.verdict import Verdict as Judged
from pilots.models import Candidate, Pilot, Rollup, RollupHistogram
from pilots.models.candidate import Role
from pilots.queries import changes, loads, provenance_days
from pilots.queries.changes import Change
from pilots.queries.facts.kept import failures
from pilots.queries.loads import Load
from pilots.queries.verdicts import newest
from pilots.reading.course import Totals

COUNTED = (
    "n",
    "total",
    "squares",
    "ones",
    "abstained",
    "escalated",
    "refused",
    "blocked",
    "timeout",
    "error",
)
Days = dict[date, Totals]


@dataclass(frozen=True)
class Trends:
    """`before` and `after` are the days of each metric by its key, `segments` all that were measured; `changes` are new
    fingerprints of the candidate, prompts and plans, and what people wrote down; `judged` is the newest record, None before
    the first. Where a provenance is chosen, `after` is of its rows alone and `since` says from when on, by metric, where
    not all of them were looked at; `before` stays what counts. `loads` are told of all that counts together."""

    candidates: list[Candidate]
    candidate: Candidate | None
    segments: list[str]
    before: Mapping[str, Days]
    after: Mapping[str, Days]
    changes: list[Change]
    judged: Judged | None
    provenance: str = ""
    since: Mapping[str, date] = field(default_factory=dict)
    loads: Mapping[str, list[Load]] = field(default_factory=dict)


def load(pilot: Pilot, plan: Plan, *, candidate: str = "", segment: str = "", provenance: str = "") -> Trends:
    """Twelve queries at most. An unknown candidate is the primary one; no segment is all of them together, no provenance
    all that may decide."""
    candidates = list(pilot.candidates.all())
    chosen = next((each for each in candidates if each.slug == candidate), None) or next(
        (each for each in candidates if each.role == Role.PRIMARY), None
    )
    numbers = dict(pilot.metrics.values_list("pk", "key"))
    rows = Rollup.objects.filter(pilot=pilot, candidate__in=[0, chosen.pk if chosen else 0]).order_by()
    segments = sorted(set(rows.exclude(segment="").values_list("segment", flat=True)))
    where = Q(segment=segment) if segment in segments else Q()
    metrics = {metric.key: metric for metric in plan.metrics}
    verdict = newest(pilot)
    record = json.loads(verdict.evidence) if verdict else None
    sides = _days(rows.filter(where), numbers, metrics)
    _add_bins(sides, pilot, chosen, where, numbers, metrics)
    alone = None
    if provenance:
        alone = provenance_days.load(
            pilot,
            plan,
            provenance=provenance,
            candidate=chosen,
            segment=segment if segment in segments else "",
        )
    return Trends(
        candidates=candidates,
        candidate=chosen,
        segments=segments,
        before=sides[True],
        after=alone.days if alone else sides[False],
        changes=[
            *changes.of_epochs(record["epochs"] if record else (), {chosen.slug} if chosen else ()),
            *changes.of_pilot(pilot),
        ],
        judged=Judged.from_json(record["verdict"]) if record else None,
        provenance=provenance,
        since=alone.since if alone else {},
        loads={} if provenance or where else loads.load(pilot, plan, chosen),
    )


def after(pilot: Pilot, metrics: Mapping[str, MetricPlan], candidate: Candidate) -> Mapping[str, Days]:
    """The days of these metrics alone, since the start. Three queries at most."""
    numbers = dict(pilot.metrics.filter(key__in=metrics).values_list("pk", "key"))
    rows = Rollup.objects.filter(pilot=pilot, metric_id__in=numbers, candidate=candidate.pk)
    sides = _days(rows.exclude(phase=Phase.BASELINE).order_by(), numbers, metrics)
    _add_bins(sides, pilot, candidate, ~Q(phase=Phase.BASELINE), numbers, metrics)
    return sides[False]


def _days(
    rows: QuerySet[Rollup], numbers: Mapping[int, str], metrics: Mapping[str, MetricPlan]
) -> dict[bool, dict[str, Days]]:
    sides: dict[bool, dict[str, Days]] = {True: defaultdict(dict), False: defaultdict(dict)}
    summed = rows.values("metric_id", "phase", "day").annotate(**{f"s_{name}": Sum(name) for name in COUNTED})
    for row in summed:
        metric = metrics.get(numbers.get(row["metric_id"], ""))
        if metric is None:
            continue
        totals = _totals(row, metric)
        if totals.n or totals.failed:
            days = sides[row["phase"] == Phase.BASELINE][metric.key]
            days[row["day"]] = days.get(row["day"], Totals()).plus(totals)
    return sides


def _totals(row: Mapping[str, Any], metric: MetricPlan) -> Totals:
    return Totals(
        n=row["s_n"],
        failed=sum(row[f"s_{name}"] for name in failures(metric)),
        total=row["s_total"],
        squares=row["s_squares"],
        ones=row["s_ones"],
    )


def _add_bins(
    sides: dict[bool, dict[str, Days]],
    pilot: Pilot,
    chosen: Candidate | None,
    where: Q,
    numbers: Mapping[int, str],
    metrics: Mapping[str, MetricPlan],
) -> None:
    """Quantiles are read from their histogram."""
    wanted = {pk: key for pk, key in numbers.items() if _is_quantile(metrics.get(key))}
    if not wanted:
        return
    rows = RollupHistogram.objects.filter(
        where, pilot=pilot, metric_id__in=wanted, candidate__in=[0, chosen.pk if chosen else 0]
    )
    counts: dict[tuple[bool, str, date], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for number, phase, day, place, n in rows.counted("metric_id", "phase", "day"):
        counts[phase == Phase.BASELINE, wanted[number], day][place] += n
    for (is_before, key, day), summed in counts.items():
        bins = {place: n for place, n in summed.items() if n}
        if not bins:
            continue
        days = sides[is_before][key]
        days[day] = days.get(day, Totals()).plus(Totals(bins=bins))


def _is_quantile(metric: MetricPlan | None) -> bool:
    return metric is not None and metric.estimand is Estimand.QUANTILE
