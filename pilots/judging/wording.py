"""The sentence of a result: what was seen, or what is missing and what to do about it."""

from __future__ import annotations

import math

from pilots.judging.inquiry import Inquiry
from pilots.judging.sentences import (
    comparison,
    counted,
    day_text,
    figure,
    inside,
    is_share,
    listed,
    number,
    percent,
)
from pilots.judging.verdict import ArmSummary, Range, Status


def reason_for(
    inquiry: Inquiry,
    status: Status,
    after: ArmSummary,
    before: ArmSummary | None,
    interval: Range | None,
    *,
    breached_today: bool = True,
) -> str:
    """Starts in lower case and has no full stop, so that it can follow a flag or stand in a list.

    A breach that today's data still show reads the same on every look, latched or not."""
    label = inside(inquiry.criterion.metric.label)
    unusable = _unusable(inquiry, status, label)
    if unusable is not None:
        return unusable
    seen = comparison(inquiry.criterion, after, before, interval) if after.n else f"{label} has no data"
    if status is Status.BREACHED and not breached_today and inquiry.latch is not None:
        since = inquiry.latch.since.date().isoformat()
        return f"{seen}; breached since {since}, and a breach stays"
    if status is Status.BREACHED and interval is not None:
        return f"{seen}{_evidence(inquiry, interval)}"
    if status is Status.INSUFFICIENT:
        return f"{seen}; too early to decide: {_still_short(inquiry)}"
    return f"{seen}; not settled yet" if status is Status.UNDECIDED else seen


def _evidence(inquiry: Inquiry, interval: Range) -> str:
    """Said where the one-sided test is sharper than the two-sided interval that is shown."""
    estimate = inquiry.estimate
    if estimate is None or not estimate.alarm or interval.high < float(inquiry.criterion.threshold):
        return ""
    value, needed = estimate.parameters["log_e_value"], estimate.parameters["log_e_needed"]
    odds, enough = (math.exp(min(float(end), 700.0)) for end in (value or 0, needed or 0))
    return f"; {number(odds)} to 1 that the limit is broken, {number(enough)} to 1 needed"


def _unusable(inquiry: Inquiry, status: Status, label: str) -> str | None:
    if status is Status.NO_BASELINE:
        other = "from before the pilot" if inquiry.criterion.design == "before_after" else "of the control"
        return f"{label} has nothing to compare with: import or record the values {other}"
    if status is Status.ERROR:
        run = counted(inquiry.sides.infra_run, "infrastructure error")
        return f"{label}: {run} in a row; repair the evaluation job or its connection"
    if status is Status.NO_DATA:
        key = inquiry.criterion.metric.key
        return f"{label} has no data: check that the script or the evaluation posts {key!r}"
    if status is Status.STALE:
        return _stale(inquiry, label)
    return _invalid(inquiry, label) if status is Status.INVALID else None


def _stale(inquiry: Inquiry, label: str) -> str:
    silence = inquiry.silence
    if silence is not None:
        quiet = duration(max(round((inquiry.as_of - silence.since).total_seconds()), 0))
        source = f"its source {silence.source}" if silence.source else "its source"
        return (
            f"{label} is silent: {source} has not posted for {quiet} "
            f"(at most {duration(silence.allowed_seconds)}); restart the script that posts it"
        )
    last = inquiry.sides.last_at
    allowed = duration(inquiry.criterion.metric.stale_after_seconds)
    if last is None or inquiry.age_seconds is None:
        return f"{label} is silent: no point carries a time; post points with observed_at"
    age = duration(round(inquiry.age_seconds))
    return f"{label} is silent: the last point is {age} old (at most {allowed}); restart the script that posts it"


def _invalid(inquiry: Inquiry, label: str) -> str:
    drift = inquiry.drift
    if not drift.alarmed or drift.since is None:
        return f"{label} mixes two configurations in one stretch: post the fingerprint with every point"
    level = ""
    if drift.before is not None and drift.after is not None:
        level = f" from {_level(inquiry, drift.before)} to {_level(inquiry, drift.after)}"
    return f"{label} changed{level} around {day_text(drift.since)}: find out what changed and record it"


def _level(inquiry: Inquiry, value: float) -> str:
    return percent(value) if is_share(inquiry.criterion) else figure(inquiry.criterion, value)


def _still_short(inquiry: Inquiry) -> str:
    short, needs = inquiry.short, []
    if short.constant:
        needs.append("values that are not all the same")
    if short.units_short:
        needs.append(counted(short.units_short, "more unit"))
    if short.base_short:
        needs.append(f"{counted(short.base_short, 'more unit')} on the other side")
    if short.days_short:
        needs.append(counted(short.days_short, "more day"))
    return f"{listed(needs)} needed"


def duration(seconds: int) -> str:
    """In days from two days on, else hours, else minutes."""
    if seconds >= 172_800:
        return counted(seconds // 86_400, "day")
    return counted(seconds // 3_600, "hour") if seconds >= 3_600 else counted(seconds // 60, "minute")
