"""What a run may cost and last: refused where a limit could not be kept, checked before each batch and during it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q, Sum

from evaluations.actions.prices import Tariff
from evaluations.models import Attempt, Result, Run


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may cost and last. `spend` in `currency`; seconds from its start. None: without a limit."""

    spend: Decimal | None = None
    currency: str = ""
    seconds: int | None = None


NO_LIMITS = Limits()


def why_not_keepable(limits: Limits, tariffs: Iterable[tuple[str, Tariff]], *, now: datetime) -> str:
    """Why these limits could not be kept for these targets, each with its key; "" when they can."""
    if limits.spend is None:
        return "" if not limits.currency else "A currency without a spend limit limits nothing. Leave it out."
    if limits.spend <= 0:
        return "Give a spend limit above 0, or none."
    if len(limits.currency) != 3 or not limits.currency.isupper():
        return "Give the three letters of the spend limit's currency, such as EUR."
    for key, tariff in tariffs:
        currency = tariff.currency(now)
        if currency is None:
            return (
                f"A spend limit cannot be kept for {key!r}: no price is known. "
                "Enter one for its deployment, or leave the limit out."
            )
        if currency != limits.currency:
            return (
                f"The price of {key!r} is in {currency}, the spend limit in {limits.currency}. "
                f"Give the limit in {currency}, or enter a price in {limits.currency}."
            )
    return ""


def why_stopped(run: Run, *, now: datetime) -> str:
    """Which limit of the run is reached, in words for the owner; "" while there is room."""
    return why_out_of_time(run, now=now) or _why_out_of_money(run)


def deadline(run: Run) -> datetime | None:
    if run.started_at is None or run.time_limit_s is None:
        return None
    return run.started_at + timedelta(seconds=run.time_limit_s)


def why_out_of_time(run: Run, *, now: datetime) -> str:
    end = deadline(run)
    if end is None or now < end:
        return ""
    return f"Stopped at its time limit of {run.time_limit_s} s. {_so_far(run)}"


def spent(run: Run) -> Decimal | None:
    """What its calls cost, its judge's included, in the currency of its limit. A call without a known cost counts as the
    dearest of its kind: the same target, or the judge of it.

    None when there were such calls and none of them had a known cost.
    """
    known = Q(cost__isnull=False, currency=run.spend_currency)
    total = Decimal(0)
    rows = Attempt.objects.filter(target__run=run).order_by().values("target_id", "judge_id")
    for row in rows.annotate(
        paid=Sum("cost", filter=known), dearest=Max("cost", filter=known), unknown=Count("id", filter=~known)
    ):
        if row["unknown"] and row["dearest"] is None:
            return None
        total += (row["paid"] or Decimal(0)) + row["unknown"] * (row["dearest"] or Decimal(0))
    return total


def _why_out_of_money(run: Run) -> str:
    if run.spend_limit is None:
        return ""
    total = spent(run)
    if total is None:
        return f"Stopped: what its calls cost is not known, so its spend limit cannot be kept. {_so_far(run)}"
    if total < run.spend_limit:
        return ""
    return (
        f"Stopped at its spend limit of {run.spend_limit.normalize():f} {run.spend_currency}: "
        f"{total:.4f} {run.spend_currency} spent. {_so_far(run)}"
    )


def _so_far(run: Run) -> str:
    stored = Result.objects.filter(target__run=run).count()
    return f"{stored} of {run.planned_results} results were there."
