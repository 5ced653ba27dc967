"""A small pilot to vary: four weeks, review minutes and cost against a frozen baseline, quality as a rate."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from pilots.judging.facts import ArmFacts, Facts, Phase
from pilots.judging.plan import (
    Candidate,
    CandidateRole,
    Design,
    Direction,
    Estimand,
    Goal,
    MetricPlan,
    Payback,
    Plan,
    StopTrigger,
)
from pilots.judging.verdict import MetricResult, Verdict

START = datetime(2026, 3, 2, tzinfo=UTC)
END = START + timedelta(days=28)
DAY_12 = START + timedelta(days=12)


def D(text: str | int) -> Decimal:
    return Decimal(text)


def metric(key: str, **changes: Any) -> MetricPlan:
    """A capped mean, lower is better, against a frozen baseline."""
    usual: dict[str, Any] = {
        "key": key,
        "label": key.capitalize().replace("_", " "),
        "unit": "",
        "direction": Direction.LOWER,
        "estimand": Estimand.MEAN,
        "design": Design.BEFORE_AFTER,
        "planned_n": 700,
        "cap": Decimal(1000),
        "floor": Decimal(0),
    }
    return MetricPlan(**{**usual, **changes})


MINUTES = metric("review_minutes_per_item")
COST = metric("cost_per_task", unit="EUR")
QUALITY = metric("correct_answers", direction=Direction.HIGHER, estimand=Estimand.RATE)
ERRORS = metric("error_rate", estimand=Estimand.RATE, design=Design.ABSOLUTE)
LATENCY = metric(
    "latency_p95", unit="s", estimand=Estimand.QUANTILE, design=Design.ABSOLUTE, quantile=Decimal("0.95")
)
SPEND = metric("api_spend", unit="EUR", estimand=Estimand.TOTAL, design=Design.ABSOLUTE)

SAVE = Goal(key="save", metric="cost_per_task", margin=Decimal("0.1"))
NOT_SLOWER = StopTrigger(key="not_slower", metric="review_minutes_per_item", margin=Decimal("0.2"))


def plan(**changes: Any) -> Plan:
    """Save 0.10 EUR a task, and no more than 0.2 minutes more review. No pay-back asked for."""
    usual: dict[str, Any] = {
        "pilot": "clause-check",
        "version": 1,
        "window_start": START,
        "window_end": END,
        "metrics": (MINUTES, COST),
        "goals": (SAVE,),
        "triggers": (NOT_SLOWER,),
        "candidates": (Candidate(slug="small-model", role=CandidateRole.PRIMARY),),
        "payback": Payback(applicable=False, waived_by="second person"),
    }
    return Plan(**{**usual, **changes})


def values(
    key: str, n: int, mean: str, sd: str, *, phase: Phase = Phase.FIRST_USE, **changes: Any
) -> ArmFacts:
    """Exactly this n, mean and (n − 1) standard deviation."""
    m, s = Decimal(mean), Decimal(sd)
    return _arm(key, n, phase, total=n * m, squares=(n - 1) * s * s + n * m * m, **changes)


def yes(key: str, k: int, n: int, *, phase: Phase = Phase.FIRST_USE, **changes: Any) -> ArmFacts:
    """k of n yes."""
    return _arm(key, n, phase, yes=k, **changes)


def _arm(key: str, n: int, phase: Phase, **changes: Any) -> ArmFacts:
    usual: dict[str, Any] = {
        "candidate": "small-model",
        "outcomes": {"ok": n},
        "rows": n,
        "days": 12,
        "first_at": START,
        "last_at": DAY_12 - timedelta(hours=3),
    }
    return ArmFacts(metric=key, n=n, phase=phase, **{**usual, **changes})


def before(arm: ArmFacts) -> ArmFacts:
    """The same as a frozen baseline."""
    return replace(arm, phase=Phase.BASELINE)


COST_BEFORE = before(values("cost_per_task", 400, "1.2", "0.4"))
COST_HALVED = values("cost_per_task", 300, "0.6", "0.3")
COST_SAME = values("cost_per_task", 300, "1.2", "0.4")
COST_UNCLEAR = values("cost_per_task", 60, "1.0", "0.8")
MINUTES_BEFORE = before(values("review_minutes_per_item", 400, "2.6", "1"))
MINUTES_SAME = values("review_minutes_per_item", 300, "2.5", "0.9")
MINUTES_WORSE = values("review_minutes_per_item", 212, "3.4", "1")
MINUTES_UNCLEAR = values("review_minutes_per_item", 60, "2.6", "1")

GOOD = (COST_BEFORE, COST_HALVED, MINUTES_BEFORE, MINUTES_SAME)
HARMFUL = (COST_BEFORE, COST_HALVED, MINUTES_BEFORE, MINUTES_WORSE)
FUTILE = (COST_BEFORE, COST_SAME, MINUTES_BEFORE, MINUTES_SAME)
UNCLEAR = (COST_BEFORE, COST_UNCLEAR, MINUTES_BEFORE, MINUTES_UNCLEAR)


def facts(*arms: ArmFacts, **changes: Any) -> Facts:
    usual: dict[str, Any] = {"as_of": DAY_12, "arms": arms}
    return Facts(**{**usual, **changes})


def late(arms: tuple[ArmFacts, ...], at: datetime) -> tuple[ArmFacts, ...]:
    """The same arms, last seen three hours before `at`."""
    return tuple(replace(arm, last_at=at - timedelta(hours=3)) for arm in arms)


def result(verdict: Verdict, key: str) -> MetricResult:
    """The judged candidate's result of one criterion."""
    return next(found for found in verdict.results if found.key == key and found.decides)


def text(verdict: Verdict) -> str:
    """The verdict as its record would hold it."""
    return json.dumps(verdict.to_json(), sort_keys=True)
