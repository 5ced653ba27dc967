"""The plans of the simulated pilots: the hardest honest ones, with margins at zero and the truth on the limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from pilots.judging.plan import (
    Candidate,
    CandidateRole,
    Design,
    Extensions,
    Goal,
    MetricPlan,
    Plan,
    StopTrigger,
)
from tests.pilots.judging.builders import COST, LATENCY, MINUTES, START, plan
from tests.simulation.streams import DAYS

CONTROL = "people"
TWO_ARMS = (
    Candidate(slug="small-model", role=CandidateRole.PRIMARY),
    Candidate(slug=CONTROL, role=CandidateRole.NON_AI),
)

UNCAPPED_COST = replace(COST, cap=None)
LIMIT_P95 = "1.931"
"""exp(1.6449 · 0.4): the p95 of the latencies before."""


def against_before(metric: MetricPlan, *, goal: str = "0", trigger: str = "0") -> Plan:
    """One metric that must get better by `goal` and not worse by more than `trigger`."""
    return plan(
        metrics=(metric,),
        goals=(Goal(key="better", metric=metric.key, margin=Decimal(goal)),),
        triggers=(StopTrigger(key="worse", metric=metric.key, margin=Decimal(trigger)),),
    )


def against_number(metric: MetricPlan, value: str) -> Plan:
    """One metric that must reach a value and must not be on its other side."""
    return plan(
        metrics=(metric,),
        goals=(Goal(key="better", metric=metric.key, target=Decimal(value)),),
        triggers=(StopTrigger(key="worse", metric=metric.key, limit=Decimal(value)),),
    )


def between_arms(metric: MetricPlan, design: Design) -> Plan:
    """The same against a control on the same days, or on the same units."""
    written = against_before(replace(metric, design=design))
    return replace(written, candidates=TWO_ARMS, control=CONTROL)


def p95() -> Plan:
    return plan(
        metrics=(LATENCY,),
        goals=(),
        triggers=(StopTrigger(key="slow", metric=LATENCY.key, limit=Decimal(LIMIT_P95)),),
    )


def many_triggers(number: int) -> Plan:
    """As many stop triggers, each on a metric of its own, share one budget of harm."""
    metrics = tuple(replace(MINUTES, key=f"minutes_{index}") for index in range(number))
    triggers = tuple(
        StopTrigger(key=f"worse_{index}", metric=metric.key, margin=Decimal(0))
        for index, metric in enumerate(metrics)
    )
    goals = (Goal(key="better", metric=metrics[0].key, margin=Decimal(0)),)
    return plan(metrics=metrics, goals=goals, triggers=triggers)


def longer(written: Plan, days: int) -> Plan:
    """The same plan over a first window of another length."""
    return replace(written, window_end=START + timedelta(days=days))


def extended(written: Plan, day: int, *, by: int = DAYS // 2) -> Plan:
    """The plan in force at the look on `day`: an extension is signed whenever the window is over, twice at most."""
    used = min(max(0, -(-(day - DAYS + 1) // by)), 2) if day >= DAYS else 0
    return replace(
        written,
        window_end=START + timedelta(days=DAYS + used * by),
        extensions=Extensions(used=used, first_window_days=DAYS),
    )
