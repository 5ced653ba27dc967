from decimal import Decimal

import pytest

from pilots.admin.acts import words
from pilots.models import Goal, Metric, StopTrigger

MINUTES = Metric(name="Review minutes", unit="min", direction="lower", estimand="mean", design="before_after")
QUALITY = Metric(name="Right answers", direction="higher", estimand="rate", design="concurrent")
LATENCY = Metric(
    name="Latency", unit="s", direction="lower", estimand="quantile", quantile=0.95, design="absolute"
)
SPEND = Metric(name="Spend", unit="EUR", direction="lower", estimand="total", design="absolute")


@pytest.mark.parametrize(
    ("goal", "sentence"),
    [
        (
            Goal(metric=MINUTES, margin=Decimal("0.300000")),
            "Review minutes: lower than before by at least 0.3 min",
        ),
        (
            Goal(metric=MINUTES, margin=Decimal("0.2"), relative=True),
            "Review minutes: lower than before by at least 20 % of it",
        ),
        (
            Goal(metric=QUALITY, margin=Decimal("0.05")),
            "Right answers: higher than the other arm on the same days by at least 5 points",
        ),
        (Goal(metric=QUALITY, target=Decimal("0.9")), "Right answers: at least 90 %"),
        (Goal(metric=LATENCY, target=Decimal("2.5")), "Latency (p95): at most 2.5 s"),
    ],
)
def test_a_goal_reads_as_a_sentence(goal: Goal, sentence: str) -> None:
    assert words.goal(goal) == sentence


@pytest.mark.parametrize(
    ("trigger", "sentence"),
    [
        (
            StopTrigger(metric=MINUTES, margin=Decimal("0.2")),
            "Review minutes: higher than before by more than 0.2 min",
        ),
        (
            StopTrigger(metric=SPEND, limit=Decimal("500"), hard=True),
            "Spend in total: above 500 EUR (at once, whatever else is proven)",
        ),
        (StopTrigger(metric=QUALITY, limit=Decimal("0.8")), "Right answers: below 80 %"),
        (
            StopTrigger(metric=MINUTES, margin=Decimal("0")),
            "Review minutes: higher than before by more than 0 min",
        ),
    ],
)
def test_a_stop_trigger_reads_as_a_sentence(trigger: StopTrigger, sentence: str) -> None:
    assert words.trigger(trigger) == sentence
