"""The targets of a run side by side, as cells of a table."""

from collections.abc import Sequence
from typing import Any

from evaluations.models.run import Outcome
from evaluations.queries.runs import TargetSummary

HEADERS = ["Target", "Deployment", "Prompt", "Passed", "Outcomes", "Latency p50 / p95", "Tokens in / out"]
NONE = "–"


def table(summaries: Sequence[TargetSummary]) -> dict[str, Any]:
    """As unfold's table component takes it."""
    return {"headers": HEADERS, "rows": [_row(summary) for summary in summaries]}


def _row(summary: TargetSummary) -> list[str]:
    prompt = summary.target.prompt
    return [
        summary.target.key,
        summary.target.deployment.slug,
        f"{prompt.slug} v{prompt.version}",
        NONE if summary.share is None else f"{summary.passed} of {summary.n} ({summary.share:.0%})",
        ", ".join(f"{number} {Outcome(name).label.lower()}" for name, number in summary.outcomes.items())
        or NONE,
        f"{_seconds(summary.latency_p50_s)} / {_seconds(summary.latency_p95_s)}",
        f"{_count(summary.input_tokens)} / {_count(summary.output_tokens)}",
    ]


def _seconds(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f} s"


def _count(value: int | None) -> str:
    return NONE if value is None else f"{value:,}"
