"""One pilot on the bench: plan, facts and the judged criteria, as the rules read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pilots.judging.facts import Facts, Phase
from pilots.judging.plan import Plan
from pilots.judging.projection import Clock, clock_of
from pilots.judging.status import UNUSABLE
from pilots.judging.verdict import MetricResult, PaybackResult, Role, Status


@dataclass(frozen=True, kw_only=True)
class Case:
    """`results` are all criteria and monitors, of every candidate; only those that decide are read by rules.
    `payback_parts` are the results behind the pay-back, for their forecasts."""

    plan: Plan
    facts: Facts
    as_of: datetime
    results: tuple[MetricResult, ...]
    payback: PaybackResult
    payback_parts: tuple[MetricResult, ...] = ()

    @cached_property
    def goals(self) -> tuple[MetricResult, ...]:
        return tuple(result for result in self.results if result.decides and result.role is Role.GOAL)

    @cached_property
    def triggers(self) -> tuple[MetricResult, ...]:
        return tuple(result for result in self.results if result.decides and result.role is Role.TRIGGER)

    @cached_property
    def gates(self) -> tuple[MetricResult, ...]:
        """Goals and triggers: what stands between the pilot and GO."""
        return self.goals + self.triggers

    @cached_property
    def unusable(self) -> tuple[MetricResult, ...]:
        """Required metrics whose data cannot be judged: gates, and monitors that the plan requires."""
        monitors = tuple(
            result
            for result in self.results
            if result.decides and result.role is Role.MONITOR and result.required
        )
        return tuple(result for result in self.gates + monitors if result.status in UNUSABLE)

    @cached_property
    def open_gates(self) -> tuple[MetricResult, ...]:
        return tuple(
            result for result in self.gates if result.status in (Status.UNDECIDED, Status.INSUFFICIENT)
        )

    @cached_property
    def clock(self) -> Clock:
        return clock_of(self.plan, self.as_of)

    @property
    def window_open(self) -> bool:
        return self.as_of < self.plan.window_end

    @property
    def d_min_reached(self) -> bool:
        return self.clock.elapsed >= self.plan.d_min

    @cached_property
    def maintenance_seen(self) -> tuple[int, int]:
        """Days and items of the maintenance phase: the most that any metric of the judged candidate saw."""
        arms = [
            arm
            for arm in self.facts.arms
            if arm.candidate == self.plan.primary and arm.phase is Phase.MAINTENANCE and not arm.segment
        ]
        return max((arm.days for arm in arms), default=0), max((arm.n for arm in arms), default=0)

    @property
    def extensions_left(self) -> int:
        return max(self.plan.extensions.limit - self.plan.extensions.used, 0)

    @property
    def longest_extension(self) -> int:
        """Days the machine may propose at once: the plan's share of the first window."""
        first = self.plan.extensions.first_window_days or round(self.clock.window)
        return int(first * self.plan.extensions.share)
