"""What each outcome costs from here on, and apart from that what is spent: it speaks for none of them."""

from dataclasses import dataclass
from datetime import date

from pilots.judging.sentences import amount, counted, number, spread
from pilots.judging.verdict import MetricResult, Verdict
from pilots.memos.structure import Line
from pilots.models import Metric, Pilot, PlanStep
from pilots.models.metric import Saving
from pilots.models.safety_plan import SafetyPlan

NOT_KNOWN = "not known"
DAYS_A_MONTH = 30.4375


@dataclass(frozen=True)
class Pace:
    """What the pilot has used so far, and in how many days. None where nothing measures it."""

    days: int
    money: float | None
    minutes: float | None


def pace(pilot: Pilot, results: tuple[MetricResult, ...], metrics: list[Metric], *, today: date) -> Pace:
    """Money from running sums in the pilot's currency; people's minutes from the metrics that say what an item takes."""
    mine = {each.metric: each for each in results if each.decides and not each.segment and each.after}
    sums = [
        each.after.value
        for each in mine.values()
        if each.after
        and each.estimand == "total"
        and each.unit == pilot.currency
        and each.after.value is not None
    ]
    timed = {metric.key for metric in metrics if metric.saving == Saving.MINUTES}
    minutes = [
        each.after.value * each.after.n
        for key, each in mine.items()
        if key in timed and each.after and each.after.value is not None
    ]
    last = min(today, pilot.window_end)
    days = max((last - pilot.window_start).days + 1, 0)
    return Pace(days, sum(sums) if sums else None, sum(minutes) if minutes else None)


def spent(pilot: Pilot, used: Pace, *, extensions: int) -> tuple[Line, ...]:
    return (
        Line(label="Model and services", value=_money(used.money, pilot), basis="running sums of the pilot"),
        Line(
            label="People's time on items",
            value=NOT_KNOWN if used.minutes is None else f"{number(used.minutes / 60)} hours",
            basis="measured minutes, all items",
        ),
        Line(
            label="Time of the window",
            value=counted(used.days, "day"),
            basis="not extended" if not extensions else f"extended {counted(extensions, 'time')}",
        ),
    )


def forward(
    pilot: Pilot, judged: Verdict | None, used: Pace, steps: list[PlanStep], removal_minutes: int | None
) -> dict[str, tuple[Line, ...]]:
    """By outcome. Money already spent is in none of them."""
    longer = _longer(pilot, judged, used)
    return {
        "go": (_move(pilot), _saving(pilot, judged)),
        "extend": longer,
        "simplify": (
            *longer,
            Line(label="Work without the parts", value=NOT_KNOWN, basis="nobody estimated it"),
        ),
        "stop": (_removal(pilot, steps, removal_minutes), _fallback(pilot)),
    }


def _move(pilot: Pilot) -> Line:
    cost = pilot.migration_cost
    value = NOT_KNOWN if cost is None else f"{cost:,.0f} {pilot.currency}, once"
    return Line(label="The move", value=value, basis="estimated in the charter")


def _saving(pilot: Pilot, judged: Verdict | None) -> Line:
    found = judged.payback if judged else None
    if (
        found is None
        or found.saving_low is None
        or found.saving_high is None
        or pilot.volume_per_month is None
    ):
        return Line(label="A month of regular use", value=NOT_KNOWN, basis="no saving is measured yet")
    ends = [found.saving_low * pilot.volume_per_month, found.saving_high * pilot.volume_per_month]
    basis = f"{pilot.volume_per_month:,} items a month, interval of the saving"
    if ends[0] >= 0:
        value = f"saves {ends[0]:,.0f} to {ends[1]:,.0f} {pilot.currency}"
    elif ends[1] <= 0:
        value = f"costs {-ends[1]:,.0f} to {-ends[0]:,.0f} {pilot.currency} more than before"
    else:
        value = f"between {-ends[0]:,.0f} {pilot.currency} more than before and {ends[1]:,.0f} less"
    return Line(label="A month of regular use", value=value, basis=basis)


def _longer(pilot: Pilot, judged: Verdict | None, used: Pace) -> tuple[Line, ...]:
    proposal = judged.extend if judged else None
    days = proposal.days if proposal and proposal.days else 14
    asked = (
        f"the judge asks for {counted(days, 'day')}, {spread(proposal.days_low, proposal.days_high)}"
        if proposal and proposal.days
        else f"reckoned for {counted(days, 'day')}"
    )
    a_day = None if used.money is None or not used.days else used.money / used.days * days
    hours = None if used.minutes is None or not used.days else used.minutes / used.days * days / 60
    wage = float(pilot.wage_per_hour) if pilot.wage_per_hour is not None else None
    people = NOT_KNOWN if hours is None else f"{number(hours)} hours"
    if hours is not None and wage is not None:
        people += f", {hours * wage:,.0f} {pilot.currency}"
    return (
        Line(label="Model and services", value=_money(a_day, pilot), basis=f"at the pace so far; {asked}"),
        Line(label="People's time on items", value=people, basis="at the pace so far"),
    )


def _removal(pilot: Pilot, steps: list[PlanStep], measured: int | None) -> Line:
    planned = [each.minutes for each in steps if each.plan == SafetyPlan.REMOVAL and each.minutes is not None]
    if measured is not None:
        return Line(label="Taking it out", value=counted(measured, "minute"), basis="measured in a drill")
    value = counted(sum(planned), "minute") if planned else NOT_KNOWN
    return Line(
        label="Taking it out",
        value=value,
        basis="planned, never drilled" if planned else "no step has a time",
    )


def _fallback(pilot: Pilot) -> Line:
    cost = pilot.fallback_cost_per_day
    value = NOT_KNOWN if cost is None else f"{cost:,.0f} {pilot.currency} a day"
    return Line(label="The fallback", value=value, basis="all people together, as in the charter")


def _money(value: float | None, pilot: Pilot) -> str:
    return NOT_KNOWN if value is None else amount(value, pilot.currency)
