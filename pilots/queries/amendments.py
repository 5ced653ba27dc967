"""The plan of a pilot over time: its versions, what each changed, and what is proposed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from pilots.judging.codec import decode
from pilots.judging.differences import Difference, differences
from pilots.judging.plan import Goal, MetricPlan, Plan, StopTrigger
from pilots.judging.plan_words import rule, title
from pilots.models import Amendment, AmendmentAnswer, Pilot, PlanVersion
from pilots.queries.verdicts import newest


@dataclass(frozen=True)
class Rule:
    """A goal or stop trigger in force. `late`: added after data. `counts_from` is set where its metric started anew."""

    item: Goal | StopTrigger
    metric: MetricPlan
    late: bool
    counts_from: datetime | None

    @property
    def title(self) -> str:
        return title(self.metric, self.item)

    @property
    def words(self) -> str:
        return rule(self.metric, self.item)

    @property
    def kind(self) -> str:
        return "goal" if isinstance(self.item, Goal) else "stop_trigger"


@dataclass(frozen=True)
class Version:
    """`looks` were recorded under earlier versions. `answer` is that of the amendment that made it, if one did."""

    frozen: PlanVersion
    plan: Plan
    differences: tuple[Difference, ...]
    looks: int
    answer: AmendmentAnswer | None

    @property
    def restarted(self) -> list[str]:
        """Labels of the metrics that started anew with it."""
        return sorted({difference.restarts for difference in self.differences if difference.restarts})


@dataclass(frozen=True)
class Proposal:
    """`answer` is None while it is open."""

    amendment: Amendment
    differences: tuple[Difference, ...]
    answer: AmendmentAnswer | None


@dataclass(frozen=True)
class PlanHistory:
    """`versions` newest first; `open` and `refused` are proposals that made none. Empty for a draft."""

    versions: list[Version]
    open: list[Proposal]
    refused: list[Proposal]
    breached: frozenset[str]

    @property
    def current(self) -> Version | None:
        return self.versions[0] if self.versions else None

    @property
    def rules(self) -> list[Rule]:
        """Goals first."""
        if self.current is None:
            return []
        return rules_of(self.current.plan)


def rules_of(plan: Plan) -> list[Rule]:
    """Goals first, each in the order of the plan."""
    written: tuple[Goal | StopTrigger, ...] = (*plan.goals, *plan.triggers)
    return [_rule(plan, item) for item in written]


def load(pilot: Pilot) -> PlanHistory:
    """Three queries, whatever the number of versions."""
    frozen = list(pilot.plans.select_related("frozen_by").annotate(seen=Count("verdicts")).order_by("number"))
    amendments = Amendment.objects.filter(pilot=pilot).select_related("proposed_by", "answer__by")
    proposals = [_proposal(amendment) for amendment in amendments.order_by("-number")]
    answers = {
        proposal.answer.version_id: proposal.answer
        for proposal in proposals
        if proposal.answer and proposal.answer.version_id
    }
    return PlanHistory(
        versions=_versions(frozen, answers),
        open=[proposal for proposal in proposals if proposal.answer is None],
        refused=[proposal for proposal in proposals if proposal.answer and not proposal.answer.version_id],
        breached=breached_rules(pilot),
    )


def breached_rules(pilot: Pilot) -> frozenset[str]:
    """Keys of the stop triggers that the newest record carries as breached."""
    verdict = newest(pilot)
    return frozenset(json.loads(verdict.evidence)["verdict"]["breached"]) if verdict else frozenset()


def _versions(frozen: Sequence[PlanVersion], answers: dict[int, AmendmentAnswer]) -> list[Version]:
    found: list[Version] = []
    looks = 0
    before: Plan | None = None
    for version in frozen:
        plan = Plan.from_json(version.plan)
        changed = differences(before, plan) if before else ()
        found.append(Version(version, plan, changed, looks, answers.get(version.pk)))
        looks += version.seen  # type: ignore[attr-defined]
        before = plan
    return found[::-1]


def _proposal(amendment: Amendment) -> Proposal:
    changed = tuple(decode(Difference, each) for each in amendment.differences)
    return Proposal(amendment, changed, getattr(amendment, "answer", None))


def _rule(plan: Plan, item: Goal | StopTrigger) -> Rule:
    metric = plan.metric(item.metric)
    return Rule(item, metric, isinstance(item, StopTrigger) and item.late, metric.counts_from)
