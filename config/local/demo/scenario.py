"""What a demo pilot is made of, and the metrics that several of them have."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from config.local.demo.streams import Stream, minutes, share

DEMO_AGE_HOURS = 24 * 60  # a demo is looked at again weeks later: its numbers then are old, not silent


@dataclass(frozen=True)
class MetricSpec:
    """Fields of a metric, and of the goal and stop trigger it may have."""

    fields: dict[str, Any]
    stream: Stream
    goal: dict[str, Any] | None = None
    trigger: dict[str, Any] | None = None


@dataclass(frozen=True)
class Scenario:
    """A pilot that began `started_days_ago`; its window ends `ends_in_days` from today (below zero: it is over)."""

    slug: str
    seed: int
    owner: str
    charter: dict[str, Any]
    started_days_ago: int
    maintenance_days_ago: int
    ends_in_days: int
    model: str
    metrics: tuple[MetricSpec, ...] = field(default=())

    def window(self, today: date) -> dict[str, date]:
        return {
            "window_start": today - timedelta(days=self.started_days_ago),
            "maintenance_start": today - timedelta(days=self.maintenance_days_ago),
            "window_end": today + timedelta(days=self.ends_in_days),
        }


def metric(key: str, name: str, unit: str, **fields: Any) -> dict[str, Any]:
    return {"key": key, "name": name, "unit": unit, "max_age_hours": DEMO_AGE_HOURS, **fields}


MINUTES = {"estimand": "mean", "design": "before_after", "direction": "lower", "floor": 0, "cap": 120}
RATE = {"estimand": "rate", "design": "before_after"}


def context_cost(after: float, spread: float, *, per_day: int) -> MetricSpec:
    """What the model takes per item; before there was none."""
    return MetricSpec(
        metric(
            "context_cost",
            "Model and context per item",
            "EUR",
            estimand="mean",
            design="absolute",
            direction="lower",
            link="cost",
            floor=0,
            cap=5,
        ),
        Stream("context_cost", None, minutes(after, spread), per_day=per_day),
    )


def exceptions(before: float, after: float, *, per_day: int) -> MetricSpec:
    return MetricSpec(
        metric("exception_rate", "Items done by hand after all", "", **RATE, direction="lower", link="cost"),
        Stream("exception_rate", share(before), share(after), baseline_n=300, per_day=per_day),
    )


def review(before: float, after: float, *, per_day: int, segments: tuple[str, ...] = ("",)) -> MetricSpec:
    return MetricSpec(
        metric("review_minutes", "Review minutes per item", "min", **MINUTES, link="cost"),
        Stream(
            "review_minutes",
            minutes(before, before * 0.4),
            minutes(after, after * 0.4),
            baseline_n=300,
            per_day=per_day,
            segments=segments,
        ),
    )
