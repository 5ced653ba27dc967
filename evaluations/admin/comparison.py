"""The targets of a run side by side, as cells of a table."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from evaluations.models.run import Outcome
from evaluations.queries.costs import JudgeCost, TargetCost
from evaluations.queries.runs import TargetSummary

HEADERS = [
    "Target",
    "Deployment",
    "Prompt",
    "Passed",
    "Outcomes",
]
MEASURED = [
    "Target",
    "Latency p50 / p95",
    "Of it our own",
    "First token p50",
    "Tokens in / out",
    "Cost",
    "Cost of a passed task",
]
NONE = "–"


def table(summaries: Sequence[TargetSummary]) -> dict[str, Any]:
    """As unfold's table component takes it."""
    return {"headers": HEADERS, "rows": [_row(summary) for summary in summaries]}


def measured(summaries: Sequence[TargetSummary]) -> dict[str, Any]:
    """How fast and how dear they were, as the same component takes it."""
    return {"headers": MEASURED, "rows": [_figures(summary) for summary in summaries]}


def _row(summary: TargetSummary) -> list[str]:
    prompt = summary.target.prompt
    return [
        summary.target.key,
        summary.target.deployment.slug,
        f"{prompt.slug} v{prompt.version}",
        NONE if summary.share is None else f"{summary.passed} of {summary.n} ({summary.share:.0%})",
        ", ".join(f"{number} {Outcome(name).label.lower()}" for name, number in summary.outcomes.items())
        or NONE,
    ]


def _figures(summary: TargetSummary) -> list[str]:
    return [
        summary.target.key,
        f"{_seconds(summary.latency_p50_s)} / {_seconds(summary.latency_p95_s)}",
        NONE if summary.overhead_p50_s is None else f"{summary.overhead_p50_s * 1000:.1f} ms",
        _seconds(summary.first_token_p50_s),
        f"{_count(summary.input_tokens)} / {_count(summary.output_tokens)}",
        _cost(summary.cost),
        _per_accepted(summary.cost),
    ]


def _cost(cost: TargetCost | None) -> str:
    """What it cost in all; where a call has no known cost, that is said beside what is known."""
    if cost is None:
        return NONE
    if cost.total is not None:
        return money(cost.total, cost.currency)
    if cost.mixed:
        return "in several currencies"
    if not cost.known:
        return "unpriced"
    return f"{money(cost.known, cost.currency)} and {cost.unpriced:,} of {cost.calls:,} calls unpriced"


def _per_accepted(cost: TargetCost | None) -> str:
    if cost is None or not cost.accepted:
        return NONE
    return "unpriced" if cost.per_accepted is None else money(cost.per_accepted, cost.currency)


def judging_cost(cost: JudgeCost | None) -> str:
    """One sentence; "" where no judge was asked."""
    if cost is None:
        return ""
    asked = f"{cost.calls:,} call{'' if cost.calls == 1 else 's'} of the judge"
    if cost.total is None:
        return f"{asked}: what they cost is not known. Enter a price for its deployment."
    return f"{asked} cost {money(cost.total, cost.currency)}, on top of what the targets cost."


def money(amount: Decimal, currency: str) -> str:
    """At least two places, and as many as it takes to show three figures of a small amount."""
    if not amount:
        return f"0.00 {currency}"
    places = min(10, max(2, 2 - amount.adjusted()))
    return f"{amount:,.{places}f} {currency}"


def _seconds(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f} s"


def _count(value: int | None) -> str:
    return NONE if value is None else f"{value:,}"
