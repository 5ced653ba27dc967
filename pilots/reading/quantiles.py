"""p50 and p95 of one side, with an interval that holds at every look, in words."""

from evaluations.stats.quantiles import DISPLAY_ALPHA, units_for_upper_end
from pilots.judging.sentences import amount, percent
from pilots.judging.verdict import ArmSummary


def words(arm: ArmSummary | None, *, share: float | None, unit: str) -> str:
    """`p95 4.1 s, 95 % interval 3.8 s to 5.2 s`. Empty while nothing is known of it."""
    if arm is None or share is None or (arm.value, arm.low, arm.high) == (None, None, None):
        return ""
    middle = "lies among those without an answer" if arm.value is None else amount(arm.value, unit)
    return f"p{100 * share:g} {middle}, {percent(1 - DISPLAY_ALPHA)} interval {_span(arm, unit)}"


def open_end(arm: ArmSummary | None, *, share: float | None) -> str:
    """Why there is no upper end, where there is none: too few units, or too many without an answer."""
    if arm is None or share is None or arm.high is not None or (arm.value is None and arm.low is None):
        return ""
    needed, name = units_for_upper_end(share, DISPLAY_ALPHA), f"p{100 * share:g}"
    if arm.n < needed:
        return f"The interval of {name} has no upper end below {needed} units; there are {arm.n}."
    return f"The interval of {name} has no upper end: it reaches into the time-outs and errors."


def _span(arm: ArmSummary, unit: str) -> str:
    low = None if arm.low is None else amount(arm.low, unit)
    high = None if arm.high is None else amount(arm.high, unit)
    if low is None:
        return "unbounded" if high is None else f"up to {high}"
    return f"from {low} up" if high is None else f"{low} to {high}"
