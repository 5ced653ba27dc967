"""What the pilot's page and the page to sign on both show."""

from datetime import datetime
from typing import Any

from pilots.judging.kit import is_latency, is_model_latency
from pilots.judging.verdict import MetricResult
from pilots.models import Pilot
from pilots.queries import pilot_page
from pilots.reading import ledger
from pilots.reading.clauses import why
from pilots.reading.results import BROKEN, MET, Halves, lines, metric_lines
from pilots.views.candidates import side_by_side
from pilots.views.figures import figures


def evidence(pilot: Pilot, *, now: datetime, model_only: bool = False) -> dict[str, Any]:
    """The context of the fragments in templates/pilots/evidence/. `pilot` is one of `pilot_page.pilots()`. Where latency is
    measured both from end to end and of the model alone, the table has the one that is asked for."""
    page = pilot_page.load(pilot, now=now)
    names = {each.slug: each.name for each in page.candidates}
    criteria = lines(page.criteria, rules=page.rules, responses=page.responses)
    shown = _of_one_latency(page.metrics, model_only=model_only)
    return {
        "pilot": pilot,
        "page": page,
        "verdict": page.verdict,
        "judged": page.judged,
        "why": why(page.judged) if page.judged else None,
        "figures": figures(page, now=now),
        "ledger": ledger.shown(page.ledger),
        "metrics": metric_lines(shown, criteria, shares=page.shares, halves=_halves(page)),
        "latencies": len(shown) < len(page.metrics),
        "model_only": model_only,
        "criteria": criteria,
        "open_lines": [
            line for line in criteria if line.result.required and line.result.status not in (*MET, *BROKEN)
        ],
        "side_by_side": side_by_side(
            page, lines([*page.metrics, *page.others], names=names, shares=page.shares)
        ),
    }


def _of_one_latency(metrics: list[MetricResult], *, model_only: bool) -> list[MetricResult]:
    told = [each for each in metrics if is_latency(each.metric)]
    of_model = [each for each in told if is_model_latency(each.metric)]
    if not of_model or len(of_model) == len(told):
        return metrics
    left_out = [each for each in told if is_model_latency(each.metric) is not model_only]
    return [each for each in metrics if each not in left_out]


def _halves(page: pilot_page.Page) -> dict[str, tuple[Halves, Halves]]:
    return {
        metric: ((sides.before.p50, sides.before.p95), (sides.after.p50, sides.after.p95))
        for metric, sides in page.typical.items()
    }
