"""Units measured on both the candidate and the control, for metrics of a paired design."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from pilots.actions import server_bound
from pilots.judging import outcomes
from pilots.judging.codec import decimal_text
from pilots.judging.facts import PairFacts
from pilots.judging.plan import Design, MetricPlan, Plan
from pilots.models import Pilot
from pilots.queries.facts import bets
from pilots.queries.facts.pairs_sql import OF_ROWS, OF_STATISTICS
from pilots.queries.facts.series import Series


class Place(NamedTuple):
    """Where a sequence of pairs belongs; `part` is a segment, or all of them: ""."""

    metric: str
    candidate: str
    part: str
    epoch: int


class Sequence(NamedTuple):
    """How far the bets have come, and what goes on from there: differences in order, each with its instant and digest."""

    place: Place
    n: int
    state: bytes | None
    differences: list[Decimal]
    instants: list[Any]
    digests: list[Decimal]


class Found(NamedTuple):
    facts: PairFacts
    sequence: Sequence


def load(pilot: Pilot, plan: Plan) -> tuple[PairFacts, ...]:
    """From the running statistics, which must answer for the plan: pairs that are due are counted along. No query when no
    metric is paired or the plan names no control."""
    return _with_bets(current(pilot, plan), plan)


def current(pilot: Pilot, plan: Plan) -> list[Found]:
    """The same, and how far each bet has come."""
    if not paired(plan):
        return []
    (rows,) = server_bound.by_one_plan((OF_STATISTICS, {"pilot": pilot.pk, **asked(plan)}), by_index=True)
    return list(map(_found, rows))


def from_rows(series: Series, plan: Plan) -> tuple[PairFacts, ...]:
    """One pass over the rows of the pilot; all bets from the first pair on."""
    if not paired(plan):
        return ()
    return _with_bets(map(_found, series.rows(OF_ROWS, **asked(plan))), plan)


def widths(plan: Plan) -> dict[str, Decimal]:
    """By how much values can differ, of the paired metrics that have both bounds: on others nothing is bet."""
    found = {}
    for key, metric in paired(plan).items():
        low, high = outcomes.bounds(metric)
        if low is not None and high is not None and high > low:
            found[key] = high - low
    return found


def scaled(sequence: Sequence, width: Decimal) -> list[float]:
    return [float(difference / width) for difference in sequence.differences]


def paired(plan: Plan) -> dict[str, MetricPlan]:
    if plan.control is None:
        return {}
    return {metric.key: metric for metric in plan.metrics if metric.design is Design.PAIRED}


def asked(plan: Plan) -> dict[str, Any]:
    """As parameters of the statements."""
    return {"control": plan.control, "paired": list(paired(plan)), "bounded": list(widths(plan))}


def _with_bets(found: Iterable[Found], plan: Plan) -> tuple[PairFacts, ...]:
    known = widths(plan)
    return tuple(
        replace(
            facts,
            betting=bets.after(sequence.n, sequence.state, scaled(sequence, known[facts.metric])).to_json(),
        )
        if facts.metric in known
        else facts
        for facts, sequence in found
    )


def _found(row: tuple[Any, ...]) -> Found:
    *figures, n, state, differences, instants, digests = row
    facts = _facts(*figures)
    place = Place(facts.metric, facts.candidate, facts.segment, facts.epoch)
    return Found(facts, Sequence(place, n or 0, state, differences or [], instants or [], digests or []))


def _facts(
    metric: str,
    candidate: str,
    segment: str,
    epoch: int,
    n: int,
    total: Decimal,
    base_total: Decimal,
    squares: Decimal,
    base_squares: Decimal,
    products: Decimal,
    unpaired: int,
    days: int,
    first_at: Any,
    last_at: Any,
    digest: Decimal,
) -> PairFacts:
    return PairFacts(
        metric=metric,
        candidate=candidate,
        segment=segment,
        epoch=epoch,
        n=n,
        total=total,
        base_total=base_total,
        squares=squares,
        base_squares=base_squares,
        products=products,
        unpaired=unpaired,
        days=days,
        first_at=first_at,
        last_at=last_at,
        digest=decimal_text(digest),
    )
