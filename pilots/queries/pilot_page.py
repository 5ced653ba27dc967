"""Everything one pilot's page shows, from the newest record of its chain."""

import json
from dataclasses import dataclass
from datetime import datetime

from pilots.judging.verdict import MetricResult, Role
from pilots.judging.verdict import Verdict as Judged
from pilots.models import Candidate, Decision, Event, Pilot, PilotRun, Verdict
from pilots.queries.verdicts import newest

SHOWN_RUNS = 10
SHOWN_EVENTS = 15


@dataclass(frozen=True)
class Page:
    """`judged` is None until the first verdict."""

    pilot: Pilot
    verdict: Verdict | None
    judged: Judged | None
    candidates: list[Candidate]
    runs: list[PilotRun]
    decisions: list[Decision]
    events: list[Event]

    @property
    def criteria(self) -> list[MetricResult]:
        """Goals and stop triggers of the candidate that is judged."""
        return [result for result in self._deciding if result.role is not Role.MONITOR]

    @property
    def metrics(self) -> list[MetricResult]:
        """One result for each metric of the candidate that is judged: the before/after table."""
        seen: dict[str, MetricResult] = {}
        for result in self._of_all_cases:
            if self._is_primary(result):
                seen.setdefault(result.metric, result)
        return list(seen.values())

    @property
    def others(self) -> list[MetricResult]:
        """The same metrics for candidates that are shown beside."""
        seen: dict[tuple[str, str], MetricResult] = {}
        for result in self._of_all_cases:
            if not self._is_primary(result):
                seen.setdefault((result.metric, result.candidate), result)
        return list(seen.values())

    @property
    def _of_all_cases(self) -> list[MetricResult]:
        return [result for result in (self.judged.results if self.judged else ()) if result.segment == ""]

    @property
    def _deciding(self) -> list[MetricResult]:
        return [result for result in self._of_all_cases if result.decides]

    def _is_primary(self, result: MetricResult) -> bool:
        return result.candidate in {each.slug for each in self.candidates if each.role == "primary"}


def load(pilot: Pilot, *, now: datetime) -> Page:
    verdict = newest(pilot)
    return Page(
        pilot=pilot,
        verdict=verdict,
        judged=Judged.from_json(json.loads(verdict.evidence)["verdict"]) if verdict else None,
        candidates=list(pilot.candidates.select_related("deployment__model", "deployment__host", "prompt")),
        runs=list(pilot.runs.select_related("run__suite_version__suite").order_by("-id")[:SHOWN_RUNS]),
        decisions=list(pilot.decisions.select_related("signed_by", "verdict").order_by("-signed_at")),
        events=list(pilot.events.select_related("actor", "token").order_by("-at", "-id")[:SHOWN_EVENTS]),
    )
