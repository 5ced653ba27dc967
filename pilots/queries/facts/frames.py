"""What the figures of a metric must have been counted with to answer for a plan."""

from datetime import UTC, datetime
from typing import Any

from pilots.judging.codec import decimal_text
from pilots.judging.plan import Direction, MetricPlan, Plan
from pilots.models import Pilot, Rollup, RollupFrame
from pilots.models.rollup import LIMITS
from pilots.queries.facts import pairs
from pilots.queries.facts.row import deciding, metric_row

Signature = dict[str, Any]


def wanted(pilot: Pilot, plan: Plan) -> dict[str, Signature] | None:
    """The signature of each metric by its key; None when a metric has more limits than are kept."""
    if any(len(plan.limits(metric.key)) > LIMITS for metric in plan.metrics):
        return None
    return {metric.key: _signature(pilot, plan, metric) for metric in plan.metrics}


def _signature(pilot: Pilot, plan: Plan, metric: MetricPlan) -> Signature:
    limits = [decimal_text(limit) for limit in plan.limits(metric.key)]
    return {
        **metric_row(metric),
        "counts_from": _instant(metric.counts_from),
        "maintenance_from": _instant(plan.maintenance_from or plan.window_end),
        "provenances": deciding(pilot),
        "lower": metric.direction is Direction.LOWER,
        **({"paired_with": plan.control} if metric.key in pairs.paired(plan) else {}),
        **{
            f"limit_{number}": limits[number - 1] if number <= len(limits) else None
            for number in range(1, LIMITS + 1)
        },
    }


def limits(signature: Signature) -> list[str]:
    """The texts of the limits counted against, in the order of the columns `beyond_…`."""
    return [text for number in range(1, LIMITS + 1) if (text := signature[f"limit_{number}"]) is not None]


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def stale(pilot: Pilot, plan: Plan) -> list[str]:
    """Keys of metrics whose figures do not answer for the plan: counted otherwise, or in doubt."""
    needed = wanted(pilot, plan)
    if needed is None:
        return []
    kept = RollupFrame.objects.filter(pilot=pilot).values_list("metric__key", "signature", "metric_id")
    doubted = set(
        Rollup.objects.filter(pilot=pilot, doubts__gt=0)
        .order_by()
        .values_list("metric_id", flat=True)
        .distinct()
    )
    sound = {key: signature for key, signature, metric in kept if metric not in doubted}
    return sorted(key for key, signature in needed.items() if sound.get(key) != signature)
