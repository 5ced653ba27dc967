"""What a scenario must show, and whether the counted pilots show it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from scipy.special import betaincinv

from tests.simulation.streams import Generator

FULL = 2000
"""Pilots of a full run: there the bounds hold as written."""


class Kind(StrEnum):
    AT_MOST = "at most"
    AT_LEAST = "at least"
    EVERY = "every pilot"
    NONE = "no pilot"
    MEDIAN = "median at most"
    REPORTED = "reported"


@dataclass(frozen=True)
class Claim:
    """`event` names what the pilots count (0 or 1; for a median a day, not a number when it never came).

    `bound` is the share at 2,000 pilots; `nominal` the share it stands for, from which a smaller run allows three
    Monte-Carlo standard errors. `t_test` and `static` name the bystanders' events to print beside it."""

    says: str
    event: str
    kind: Kind
    bound: float = 0.0
    nominal: float | None = None
    t_test: str = ""
    static: str = ""

    @property
    def required(self) -> str:
        if self.kind in (Kind.AT_MOST, Kind.AT_LEAST):
            return f"{'≤' if self.kind is Kind.AT_MOST else '≥'} {100 * self.bound:g} %"
        if self.kind is Kind.MEDIAN:
            return f"median ≤ day {self.bound:g}"
        return {Kind.EVERY: "all", Kind.NONE: "none"}.get(self.kind, "(reported)")

    def allowed(self, pilots: int) -> float:
        """The bound itself in a full run; in a sample the nominal share and three standard errors."""
        if self.kind not in (Kind.AT_MOST, Kind.AT_LEAST) or pilots >= FULL:
            return self.bound
        share = self.bound if self.nominal is None else self.nominal
        slack = 3 * math.sqrt(share * (1 - share) / pilots)
        return share + slack if self.kind is Kind.AT_MOST else share - slack

    def holds(self, measured: float, pilots: int) -> bool:
        if self.kind is Kind.REPORTED:
            return True
        if self.kind in (Kind.EVERY, Kind.NONE):
            return measured == (1.0 if self.kind is Kind.EVERY else 0.0)
        at_least = self.kind is Kind.AT_LEAST
        return measured >= self.allowed(pilots) if at_least else measured <= self.allowed(pilots)


def false_alarm(
    says: str, event: str, *, t_test: str = "", static: str = "", reported: bool = False
) -> Claim:
    """An error of 5 %, which may come out at 6.5 % in 2,000 pilots."""
    kind = Kind.REPORTED if reported else Kind.AT_MOST
    return Claim(says, event, kind, bound=0.065, nominal=0.05, t_test=t_test, static=static)


def power(says: str, event: str, *, t_test: str = "", static: str = "") -> Claim:
    return Claim(says, event, Kind.AT_LEAST, bound=0.95, t_test=t_test, static=static)


class Pilot(Protocol):
    def __call__(self, rng: Generator, /, *, every_look: bool = False) -> Mapping[str, float]: ...


@dataclass(frozen=True)
class Scenario:
    """`pilot` plays one pilot and counts its events; the same generator gives the same events. With `every_look` it
    judges every look, without it only those at which the judge could say anything (`Bystander.close`): the events
    must be the same, and the run checks that they are.

    `number` is that of the method's list of scenarios, `slug` seeds the pilots."""

    number: int
    slug: str
    title: str
    pilot: Pilot
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Counted:
    """One claim after the run. Shares between 0 and 1; `low` and `high` are the 95 % Monte-Carlo interval."""

    scenario: Scenario
    claim: Claim
    pilots: int
    measured: float
    low: float
    high: float
    t_test: float | None
    static: float | None

    @property
    def passed(self) -> bool:
        return self.claim.holds(self.measured, self.pilots)


def count(scenario: Scenario, events: list[Mapping[str, float]]) -> list[Counted]:
    """One entry for each claim. Raises KeyError for an event that no pilot counted."""
    return [_counted(scenario, claim, events) for claim in scenario.claims]


def _counted(scenario: Scenario, claim: Claim, events: list[Mapping[str, float]]) -> Counted:
    values = np.array([event[claim.event] for event in events])
    pilots = len(events)
    if claim.kind is Kind.MEDIAN:
        came = np.where(np.isnan(values), np.inf, values)
        low, middle, high = np.quantile(came, [0.1, 0.5, 0.9], method="inverted_cdf")
    else:
        middle = values.mean()
        low, high = share_interval(int(values.sum()), pilots)
    return Counted(
        scenario,
        claim,
        pilots,
        float(middle),
        float(low),
        float(high),
        t_test=_share(events, claim.t_test),
        static=_share(events, claim.static),
    )


def share_interval(k: int, n: int) -> tuple[float, float]:
    """Clopper and Pearson's 95 % interval of a share."""
    low = 0.0 if k == 0 else float(betaincinv(k, n - k + 1, 0.025))
    high = 1.0 if k == n else float(betaincinv(k + 1, n - k, 0.975))
    return low, high


def _share(events: list[Mapping[str, float]], name: str) -> float | None:
    return float(np.mean([event[name] for event in events])) if name else None
