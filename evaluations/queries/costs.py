"""What a run cost, by target and by whom was asked: all its calls, retries and rounds included."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Max, Min, Q, Sum

from evaluations.models import Attempt, Result, Run


@dataclass(frozen=True, slots=True)
class TargetCost:
    """`total` and `per_accepted` are None unless every call has a known cost in one currency: unpriced, never 0.

    `known` is the sum of what is known, in `currency`. `accepted` counts the results that passed.
    """

    calls: int
    unpriced: int
    known: Decimal
    currency: str
    mixed: bool
    accepted: int
    price: str

    @property
    def total(self) -> Decimal | None:
        return self.known if self.calls and not self.unpriced and not self.mixed else None

    @property
    def per_accepted(self) -> Decimal | None:
        """What one accepted task cost: all calls, also those for answers that failed, shared by those that passed."""
        return None if self.total is None or not self.accepted else self.total / self.accepted


def cost_of(run: Run) -> Mapping[int, TargetCost]:
    """By target id; targets without a call are left out, and what a judge cost as well: see `spending_of`. Two queries."""
    calls = Attempt.objects.filter(target__run=run, judge=None).order_by().values("target_id")
    passed = Result.objects.filter(target__run=run, passed=True).order_by().values("target_id")
    accepted = dict(passed.annotate(number=Count("id")).values_list("target_id", "number"))
    priced = Q(cost__isnull=False)
    rows = calls.annotate(
        number=Count("id"),
        unpriced=Count("id", filter=~priced),
        known=Sum("cost", filter=priced),
        first=Min("currency", filter=priced),
        last=Max("currency", filter=priced),
        source=Max("price__source"),
    )
    return {
        row["target_id"]: TargetCost(
            calls=row["number"],
            unpriced=row["unpriced"],
            known=row["known"] or Decimal(0),
            currency=row["first"] or "",
            mixed=row["first"] != row["last"],
            accepted=accepted.get(row["target_id"], 0),
            price=row["source"] or "",
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Spending:
    """All calls to one deployment for one target of a run: to the target itself, or to the judge of its answers.

    `amount` is None where what they cost is not known in the currency asked for. A call without a known cost counts as
    the dearest of the others; `estimated` says how many do.
    """

    target: str
    deployment: str
    judging: bool
    calls: int
    estimated: int
    amount: Decimal | None
    last_at: datetime

    @property
    def name(self) -> str:
        """Unique within its run."""
        return f"{self.target}-judge" if self.judging else self.target


def spending_of(run: Run, *, currency: str) -> list[Spending]:
    """Where the money of a run went, in one query."""
    known = Q(cost__isnull=False, currency=currency)
    rows = (
        Attempt.objects.filter(target__run=run)
        .order_by("target_id", "judge_id")
        .values("target__key", "target__deployment__slug", "target_id", "judge_id", "judge__slug")
        .annotate(
            calls=Count("id"),
            unknown=Count("id", filter=~known),
            paid=Sum("cost", filter=known),
            dearest=Max("cost", filter=known),
            last_at=Max("started_at"),
        )
    )
    return [
        Spending(
            target=row["target__key"],
            deployment=row["judge__slug"] or row["target__deployment__slug"],
            judging=row["judge_id"] is not None,
            calls=row["calls"],
            estimated=row["unknown"],
            amount=None if row["dearest"] is None else row["paid"] + row["unknown"] * row["dearest"],
            last_at=row["last_at"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class JudgeCost:
    """What judging a run's answers cost. `total` is None unless every call has a known cost in one currency."""

    calls: int
    unpriced: int
    total: Decimal | None
    currency: str


def judging_cost_of(run: Run) -> JudgeCost | None:
    """None where no judging model was asked. One query."""
    priced = Q(cost__isnull=False)
    row = Attempt.objects.filter(target__run=run, judge__isnull=False).aggregate(
        calls=Count("id"),
        unpriced=Count("id", filter=~priced),
        known=Sum("cost"),
        first=Min("currency", filter=priced),
        last=Max("currency", filter=priced),
    )
    if not row["calls"]:
        return None
    whole = not row["unpriced"] and row["first"] == row["last"]
    return JudgeCost(row["calls"], row["unpriced"], row["known"] if whole else None, row["first"] or "")
