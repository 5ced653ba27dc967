"""The anchors of a pilot and what they tell: when they were judged last, and by how much each person's standard moved."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Max, Q

from evaluations.models import Result
from evaluations.stats.interval import Interval
from pilots.judging.standards import Standard, drift_interval
from pilots.models import Anchor, Pilot, Review, ReviewPlan, Sitting
from pilots.models.review import ReviewSource
from pilots.models.sitting import SittingState, Turn
from pilots.queries import review_queue, standards

OFFERED = 30


@dataclass(frozen=True)
class AnchorLine:
    """`people` judged it, `judgements` times in all, the last at `last_at`."""

    anchor: Anchor
    judgements: int
    people: int
    last_at: datetime | None


@dataclass(frozen=True)
class Agreement:
    """Second checks, and how many came to the verdict of the first."""

    checks: int
    agreed: int


@dataclass(frozen=True)
class Drift:
    """`name` is of the person, or what a script calls her; `account` None where a script sent the reviews."""

    standard: Standard
    interval: Interval
    name: str
    account: int | None

    def may_be_named_to(self, person: User, *, may_run: bool) -> bool:
        """To who answers for the pilot, and to herself."""
        return may_run or self.account == person.pk


@dataclass(frozen=True)
class Anchors:
    plan: ReviewPlan
    lines: list[AnchorLine]
    drifts: list[Drift]
    last_at: datetime | None
    next_at: datetime | None
    second_checks: Agreement
    offered: list[Result]


def load(pilot: Pilot, *, now: datetime) -> Anchors:
    """Seven queries at most. Offered are answers that people judged and that are no anchors, newest first."""
    plan = review_queue.plan_of(pilot)
    anchors = list(
        Anchor.objects.filter(pilot=pilot, ended_at=None).select_related("result__case", "result__target")
    )
    of_anchor = {
        row["result"]: row
        for row in Review.objects.filter(
            pilot=pilot, anchor=True, result__in=[each.result_id for each in anchors]
        )
        .order_by()
        .values("result")
        .annotate(n=Count("id"), people=Count("reviewer", distinct=True), last=Max("reviewed_at"))
    }
    lines = [
        AnchorLine(each, row["n"], row["people"], row["last"])
        if (row := of_anchor.get(each.result_id))
        else AnchorLine(each, 0, 0, None)
        for each in anchors
    ]
    last = max((line.last_at for line in lines if line.last_at), default=None)
    return Anchors(
        plan=plan,
        lines=lines,
        drifts=_drifts(pilot, now=now),
        last_at=last,
        next_at=last + timedelta(days=plan.anchor_days) if last else None,
        second_checks=_agreement(pilot),
        offered=_offered(pilot, [each.result_id for each in anchors]),
    )


def _drifts(pilot: Pilot, *, now: datetime) -> list[Drift]:
    found = standards.load(pilot, as_of=now)
    accounts = {each.person: standards.account_of(each) for each in found}
    people = User.objects.in_bulk([pk for pk in accounts.values() if pk is not None])
    drifts = []
    for each in found:
        account = accounts[each.person]
        name = people[account].get_full_name() or people[account].get_username() if account else each.person
        drifts.append(Drift(each, drift_interval(each, people=len(found)), name, account))
    return drifts


def _offered(pilot: Pilot, known: list[int]) -> list[Result]:
    looked_at = Review.objects.filter(
        pilot=pilot, source=ReviewSource.PERSON, anchor=False, result__isnull=False
    )
    found = review_queue.answers(pilot).filter(pk__in=looked_at.values("result")).exclude(pk__in=known)
    return list(found.select_related("case", "target").order_by("-id")[:OFFERED])


def _agreement(pilot: Pilot) -> Agreement:
    checks = Sitting.objects.filter(pilot=pilot, turn=Turn.SECOND, state=SittingState.DONE)
    firsts = dict(
        Sitting.objects.filter(
            pilot=pilot, turn=Turn.FIRST, state=SittingState.DONE, result__in=checks.values("result")
        ).values_list("result", "review__verdict")
    )
    verdicts = checks.filter(Q(result__in=firsts)).values_list("result", "review__verdict")
    said = [firsts[result] == verdict for result, verdict in verdicts]
    return Agreement(checks=len(said), agreed=sum(said))
