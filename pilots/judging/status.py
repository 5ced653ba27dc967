"""The status of one criterion: the first that applies, in the listed order.

Missing is never fine: without a baseline, without data, with stale or changed data nothing is proven or safe.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilots.judging.verdict import Role, Status

INFRA_ERRORS_IN_A_ROW = 4
"""More than these and the measurement itself is broken, whatever the earlier data say."""

UNUSABLE = frozenset({Status.NO_BASELINE, Status.ERROR, Status.NO_DATA, Status.STALE, Status.INVALID})
"""Statuses under which GO is impossible until somebody repairs the data."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the status depends on. `low` is the lower end of the interval that proves, `high` the upper end of the
    one that refutes, both with plus as better; None while nothing could be estimated. `age_seconds` is the age of
    the newest point, None without one; `silent` that every source of it is. `may_breach`: the method is exact at this
    n, or n is large enough for it."""

    role: Role
    n: int
    has_base: bool = True
    latched: bool = False
    infra_run: int = 0
    age_seconds: float | None = None
    stale_after_seconds: float = 172_800
    silent: bool = False
    drifted: bool = False
    mixed: bool = False
    insufficient: bool = False
    may_breach: bool = True
    exact_total: bool = False
    low: float | None = None
    high: float | None = None
    threshold: float = 0.0
    alarm: bool | None = None


def status_of(reading: Reading) -> Status:
    """Never raises."""
    if reading.latched and reading.role is Role.TRIGGER:
        return Status.BREACHED
    return _unusable(reading) or _usable(reading)


def _unusable(reading: Reading) -> Status | None:
    if not reading.has_base:
        return Status.NO_BASELINE
    if reading.infra_run > INFRA_ERRORS_IN_A_ROW:
        return Status.ERROR
    if reading.n == 0:
        return Status.NO_DATA
    if reading.silent or reading.age_seconds is None or reading.age_seconds > reading.stale_after_seconds:
        return Status.STALE
    if reading.drifted or reading.mixed:
        return Status.INVALID
    return None


def _usable(reading: Reading) -> Status:
    if reading.role is Role.MONITOR:
        return Status.SHOWN
    if reading.role is Role.TRIGGER and _breaches(reading):
        return Status.BREACHED
    if reading.insufficient and not reading.exact_total:
        return Status.INSUFFICIENT
    return _by_interval(reading)


def _breaches(reading: Reading) -> bool:
    if not reading.may_breach:
        return False
    if reading.alarm is not None:
        return reading.alarm
    return reading.high is not None and reading.high < reading.threshold


def _by_interval(reading: Reading) -> Status:
    if reading.low is not None and reading.low >= reading.threshold:
        return Status.PROVEN if reading.role is Role.GOAL else Status.SAFE
    if reading.role is Role.GOAL and reading.high is not None and reading.high < reading.threshold:
        return Status.REFUTED
    return Status.UNDECIDED
