"""What a run cost, by target: all its calls, retries and rounds included."""

from collections.abc import Mapping
from dataclasses import dataclass
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
    """By target id; targets without a call are left out. Two queries."""
    calls = Attempt.objects.filter(target__run=run).order_by().values("target_id")
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
