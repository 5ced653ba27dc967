"""Everything one pilot's page shows, from the newest record of its chain."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from evaluations.queries.runs import Progress, progress_of
from pilots.judging import plan_words
from pilots.judging.kit import place_of
from pilots.judging.ledger import Ledger
from pilots.judging.plan import Goal, Plan, StopTrigger
from pilots.judging.verdict import MetricResult, Role, Status
from pilots.judging.verdict import Verdict as Judged
from pilots.models import Candidate, Decision, Pilot, PilotRun, Verdict
from pilots.models.candidate import Role as CandidateRole
from pilots.queries import changes, creeps, ledger, typical
from pilots.queries.changes import Change
from pilots.queries.freshness import Freshness, freshness, with_freshness
from pilots.queries.history import Moment, moments
from pilots.queries.responses import agreed
from pilots.queries.sources import Line, of_pilot
from pilots.queries.verdicts import newest
from pilots.reading.creep import Creep

SHOWN_RUNS = 10
SHOWN_CHANGES = 12


@dataclass(frozen=True)
class Page:
    """`verdict` and `judged` are None until the first look. `progress` is by run id, `shares` (0.95 for p95) by the key of
    a metric that is a quantile, `rules` (goals and stop triggers in words) by their own, `typical` (p50, p95) by metric.
    `responses` is what was agreed to be done at once about triggers that fired, by their key.
    `creeps` are hidden costs that surely rise, `changes` what the numbers may turn on, `moments` all that was done and
    every turn of the flag."""

    pilot: Pilot
    verdict: Verdict | None
    judged: Judged | None
    freshness: Freshness
    candidates: list[Candidate]
    runs: list[PilotRun]
    progress: Mapping[int, Progress]
    decisions: list[Decision]
    moments: list[Moment]
    changes: list[Change]
    sources: list[Line]
    shares: Mapping[str, float]
    ledger: Ledger | None
    rules: Mapping[str, str]
    responses: Mapping[str, str]
    typical: Mapping[str, typical.Sides]
    creeps: list[Creep]

    @property
    def criteria(self) -> list[MetricResult]:
        """Goals and stop triggers of the candidate that is judged."""
        return [result for result in self._results if result.decides and result.role is not Role.MONITOR]

    @property
    def metrics(self) -> list[MetricResult]:
        """One result for each metric of the candidate that is judged, in the order of the kit: the before/after table."""
        primary = self._slugs(CandidateRole.PRIMARY)
        found = one_a_metric(result for result in self._results if result.candidate in primary)
        return sorted(found, key=lambda result: place_of(result.metric))

    @property
    def others(self) -> list[MetricResult]:
        """The same metrics for candidates that are shown beside. People who were not measured are left out."""
        primary, people = self._slugs(CandidateRole.PRIMARY), self._slugs(CandidateRole.NON_AI)
        return one_a_metric(
            result
            for result in self._results
            if result.candidate not in primary and (result.candidate not in people or _is_measured(result))
        )

    @property
    def _results(self) -> Iterator[MetricResult]:
        """Over all cases; results of segments are in the judge's sentences."""
        return (result for result in (self.judged.results if self.judged else ()) if result.segment == "")

    def _slugs(self, role: CandidateRole) -> set[str]:
        return {each.slug for each in self.candidates if each.role == role}


def pilots() -> QuerySet[Pilot]:
    """With their people and what their freshness is told by."""
    return with_freshness(Pilot.objects.select_related("owner", "deputy", "decider"))


def load(pilot: Pilot, *, now: datetime) -> Page:
    """`pilot` is one of `pilots()`."""
    verdict = newest(pilot)
    record = json.loads(verdict.evidence) if verdict else None
    runs = list(pilot.runs.select_related("run__suite_version__suite").order_by("-id")[:SHOWN_RUNS])
    judged = Judged.from_json(record["verdict"]) if record else None
    plan = Plan.from_json(record["plan"]) if record else None
    candidates = list(pilot.candidates.select_related("deployment__model", "deployment__host", "prompt"))
    primary = {each.slug for each in candidates if each.role == CandidateRole.PRIMARY}
    measured = [result for result in judged.results if result.candidate in primary] if judged else []
    return Page(
        pilot=pilot,
        verdict=verdict,
        judged=judged,
        freshness=freshness(pilot, now=now),
        candidates=candidates,
        runs=runs,
        progress=progress_of(link.run for link in runs),
        decisions=list(pilot.decisions.select_related("signed_by", "verdict").order_by("-signed_at")),
        moments=moments(pilot),
        changes=_changes(pilot, record, primary),
        sources=of_pilot(pilot),
        shares=shares(record),
        ledger=ledger.of_record(pilot, record) if record else None,
        rules=_rules(plan) if plan else {},
        responses={
            result.key: agreed(pilot, result.metric)
            for result in measured
            if result.role is Role.TRIGGER and result.status is Status.BREACHED and not result.segment
        },
        typical=typical.load(pilot, measured, candidates),
        creeps=creeps.of_pilot(pilot, plan, candidates) if plan else [],
    )


def shares(record: Mapping[str, Any] | None) -> dict[str, float]:
    """0.95 for p95, by the key of each metric of a record's plan that is a quantile."""
    plan = record["plan"] if record else {"metrics": []}
    return {
        metric["key"]: float(metric["quantile"])
        for metric in plan["metrics"]
        if metric["estimand"] == "quantile" and metric["quantile"] is not None
    }


def _changes(pilot: Pilot, record: Mapping[str, Any] | None, primary: set[str]) -> list[Change]:
    """What the numbers may turn on, the newest first."""
    found = [*changes.of_epochs(record["epochs"] if record else (), primary), *changes.of_pilot(pilot)]
    return sorted(found, key=lambda change: change.at, reverse=True)[:SHOWN_CHANGES]


def _rules(plan: Plan) -> dict[str, str]:
    items: tuple[Goal | StopTrigger, ...] = (*plan.goals, *plan.triggers)
    return {item.key: plan_words.rule(plan.metric(item.metric), item) for item in items}


def one_a_metric(results: Iterable[MetricResult]) -> list[MetricResult]:
    """Of a metric's goal and stop trigger the first, or the one that knows a before."""
    seen: dict[tuple[str, str], MetricResult] = {}
    for result in results:
        known = seen.setdefault((result.metric, result.candidate), result)
        if known.before is None and result.before is not None:
            seen[result.metric, result.candidate] = result
    return list(seen.values())


def _is_measured(result: MetricResult) -> bool:
    return result.after is not None and result.after.n > 0
