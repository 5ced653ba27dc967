"""The charter's registers as a memo lists them: risks, trade-offs, failures, fallback, minimum metrics, what is due again."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, Q

from pilots.judging.sentences import counted, number
from pilots.judging.verdict import MetricResult, Role
from pilots.memos.structure import Line, Review, RiskLine, TradeOff
from pilots.models import Drill, Pilot, Risk
from pilots.models import TradeOff as TradeOffRow
from pilots.models.failure import FailureStatus, FailureType, Severity
from pilots.models.safety_plan import SafetyPlan
from pilots.queries import minimum, usability
from pilots.queries.dependence import Dependence
from pilots.queries.drills import FRESH
from pilots.queries.memo.search import Search
from pilots.queries.people import name
from pilots.reading.results import MET

NOT_MEASURED = "not measured"


def risk_lines(rows: list[Risk], *, today: date) -> tuple[RiskLine, ...]:
    """The heaviest first."""
    lines = [
        RiskLine(
            text=risk.text,
            category=risk.get_category_display(),
            weight=risk.weight,
            control=risk.control,
            owner=name(risk.owner) if risk.owner else "",
            state=_state(risk),
            is_open=risk.is_open(today),
            hidden=risk.is_open(today) and (risk.owner is None or not risk.control),
        )
        for risk in rows
    ]
    return tuple(sorted(lines, key=lambda line: -line.weight))


def _state(risk: Risk) -> str:
    if risk.accepted_until and risk.state == "accepted":
        return f"Accepted until {risk.accepted_until:%-d %B %Y}"
    return risk.get_state_display()


def trade_off_lines(rows: list[TradeOffRow]) -> tuple[TradeOff, ...]:
    return tuple(
        TradeOff(
            area=row.area,
            gain=row.gain,
            hidden_cost=row.hidden_cost,
            control=row.control or f"accepted as it is until {row.accepted_until:%-d %B %Y}",
        )
        for row in rows
    )


def failure_counts(pilot: Pilot) -> dict[str, int]:
    counts: dict[str, int] = pilot.failures.aggregate(
        all=Count("pk"),
        silent=Count("pk", filter=Q(type=FailureType.SILENT)),
        silent_open=Count("pk", filter=Q(type=FailureType.SILENT, status=FailureStatus.OPEN)),
        critical=Count("pk", filter=Q(severity=Severity.CRITICAL)),
        open=Count("pk", filter=Q(status=FailureStatus.OPEN)),
    )
    return counts


def failure_lines(counts: dict[str, int], looked: Search, *, items: int) -> tuple[Line, ...]:
    if not counts["all"]:
        measured = f"{counted(items, 'item')} measured" if items else "nothing measured"
        return (Line(label="Failures", value=looked.found, basis=measured),)
    share = f"{number(100 * counts['all'] / items)} for every 100 items" if items else ""
    return (
        Line(label="Failures", value=f"{counts['all']:,}, {counts['open']:,} still open", basis=share),
        Line(label="Silent", value=f"{counts['silent']:,}", basis="nobody was told when they happened"),
        Line(label="Critical", value=f"{counts['critical']:,}"),
    )


def fallback_lines(pilot: Pilot, dependence: Dependence, removal: Drill | None) -> tuple[Line, ...]:
    """How it goes on without the model, and how it is got rid of."""
    ready = dependence.readiness
    drilled = f", last on {ready.drilled_at:%-d %B %Y}" if ready.drilled_at else ""
    took = (
        f"{counted(removal.minutes, 'minute')} in the drill of {removal.held_on:%-d %B %Y}"
        if removal
        else "never drilled"
    )
    ends = [
        Line(
            label=f"{candidate.name} ends",
            value=f"{cycle.retires_on:%-d %B %Y}",
            basis=f"replacement {cycle.replacement}" if cycle.replacement else "no replacement is named",
        )
        for candidate, cycle in dependence.ends
        if cycle.retires_on
    ]
    return (
        Line(
            label="Fallback",
            value=pilot.fallback_plan or "no plan",
            basis=ready.words + drilled,
        ),
        Line(label="Removal", value=pilot.removal_plan or "no plan", basis=took),
        Line(label="Operator afterwards", value=pilot.operator or "nobody is named"),
        Line(label="When the model or host changes", value=pilot.upgrade_path or "not described"),
        *ends,
    )


def minimum_lines(pilot: Pilot, goals: Sequence[MetricResult], *, now: datetime) -> tuple[Line, ...]:
    """The objective, how the performance stands to its goals, what people say of its use, and the minimum metrics with
    what each rests on."""
    known = [
        Line(label=value.name, value=value.sentence, basis=value.basis)
        for value in minimum.load(pilot, now=now)
    ]
    said = usability.of_pilot(pilot)
    return (
        Line(label="Objective", value=pilot.objective or NOT_MEASURED),
        _performance(goals),
        Line(label="Usability", value=said.sentence, basis=said.basis),
        *known,
    )


def _performance(results: Sequence[MetricResult]) -> Line:
    goals = [each for each in results if each.role is Role.GOAL and each.decides and not each.segment]
    measured = [each for each in goals if each.after is not None and each.after.n]
    if not measured:
        return Line(label="Performance", value=NOT_MEASURED)
    met = sum(each.status in MET for each in measured)
    unknown = len(goals) - len(measured)
    return Line(
        label="Performance",
        value=f"{met} of {counted(len(goals), 'goal')} proven",
        basis=f"{unknown} not measured" if unknown else "",
    )


def review_lines(
    pilot: Pilot, risks: list[Risk], trade_offs: list[TradeOffRow], dependence: Dependence
) -> tuple[Review, ...]:
    """In the order of the days."""
    found = [Review(on=pilot.window_end, what="The window ends; a decision is due")]
    found += [
        Review(on=risk.accepted_until, what=f"Accepted risk: {risk.text}")
        for risk in risks
        if risk.accepted_until and risk.state == "accepted"
    ]
    found += [
        Review(on=row.accepted_until, what=f"Accepted trade-off: {row.area}")
        for row in trade_offs
        if row.accepted_until and not row.control
    ]
    found += [
        Review(on=cycle.retires_on, what=f"{candidate.name} ends at its host")
        for candidate, cycle in dependence.ends
        if cycle.retires_on
    ]
    if dependence.readiness.drilled_at:
        again = dependence.readiness.drilled_at.date() + FRESH
        found.append(Review(on=again, what="The fallback is to be drilled again"))
    return tuple(sorted(found, key=lambda review: (review.on, review.what)))


def newest_removal(drills: list[Drill]) -> Drill | None:
    return next((each for each in drills if each.plan == SafetyPlan.REMOVAL and each.worked), None)
