"""Small multiples: the course of every metric against what was before and its stop line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from evaluations.models.suite import Provenance
from pilots.charts.loads import Span, loads
from pilots.charts.palette import PAGE, Palette
from pilots.charts.svg import Svg
from pilots.charts.trend import Change, Trend, trend
from pilots.judging.kit import place_of
from pilots.judging.plan import Direction, Estimand, MetricPlan, Plan, StopTrigger
from pilots.judging.verdict import Status
from pilots.judging.verdict import Verdict as Judged
from pilots.models import Pilot
from pilots.queries import rehearsals, trends
from pilots.queries.loads import Load
from pilots.queries.provenance_days import MOST
from pilots.reading.clauses import sentences
from pilots.reading.course import Stretch, course, level, summary, unit_of
from pilots.reading.creep import creep
from pilots.views.windows import phases

GRAINS = {"day": "Day", "week": "Week"}


@dataclass(frozen=True)
class Chart:
    """One metric: the drawing, the same as a sentence and as rows."""

    metric: MetricPlan
    drawing: Svg
    sentence: str
    stretches: list[Stretch]
    unit: str
    has_trigger: bool
    loads: Sequence[Load]
    by_load: Svg | str


@permission_required("pilots.view_pilot", raise_exception=True)
def trends_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Day or week, candidate, segment and provenance live in the address."""
    pilot = get_object_or_404(Pilot, slug=slug)
    plan = rehearsals.plan_of(pilot)
    segment = request.GET.get("segment", "")
    provenance = request.GET.get("provenance", "")
    found = trends.load(
        pilot,
        plan,
        candidate=request.GET.get("candidate", ""),
        segment=segment,
        provenance=provenance if provenance in Provenance.values else "",
    )
    weekly = request.GET.get("grain") == "week"
    context = {
        "pilot": pilot,
        "found": found,
        "charts": charts(pilot, plan, found, weekly=weekly),
        "grains": GRAINS.items(),
        "grain": "week" if weekly else "day",
        "segment": segment if segment in found.segments else "",
        "provenances": Provenance.choices,
        "most": f"{MOST:,}",
        "cut": [
            (metric.label, found.since[metric.key]) for metric in plan.metrics if metric.key in found.since
        ],
    }
    return render(request, "pilots/trends.html", context)


def charts(
    pilot: Pilot,
    plan: Plan,
    found: trends.Trends,
    *,
    weekly: bool = False,
    palette: Palette = PAGE,
) -> list[Chart]:
    """Of every metric that was measured, in the order of the kit; of one provenance, those with rows of it."""
    marked = [Change(at=each.at.date(), label=each.title) for each in found.changes]
    measured = [
        metric
        for metric in plan.metrics
        if found.after.get(metric.key) or (found.before.get(metric.key) and not found.provenance)
    ]
    return [
        _chart(pilot, plan, metric, found, marked, weekly, palette)
        for metric in sorted(measured, key=lambda metric: place_of(metric.key))
    ]


def _chart(
    pilot: Pilot,
    plan: Plan,
    metric: MetricPlan,
    found: trends.Trends,
    marked: list[Change],
    weekly: bool,
    palette: Palette,
) -> Chart:
    stretches = course(metric, found.after.get(metric.key, {}), weekly=weekly)
    before = level(metric, found.before.get(metric.key, {}).values())
    trigger = next((each for each in plan.triggers if each.metric == metric.key), None)
    stop = _stop(metric, trigger, before)
    slope = creep(metric, found.after.get(metric.key, {}))
    crept = sentences([slope.sentence])[0] if slope else ""
    shown = Trend(
        points=[each.point for each in stretches],
        unit=unit_of(metric),
        baseline=before,
        stop=stop,
        phases=phases(pilot),
        changes=marked,
        firings=[] if found.provenance else _fired(found.judged, metric.key),  # they rest on what decides
    )
    return Chart(
        metric=metric,
        drawing=trend(
            shown, title=f"{metric.label}, {'week by week' if weekly else 'day by day'}", palette=palette
        ),
        sentence=" ".join(filter(None, (summary(metric, stretches, before=before, stop=stop), crept))),
        stretches=stretches[::-1],
        unit=unit_of(metric),
        has_trigger=trigger is not None,
        loads=(under := found.loads.get(metric.key, ())),
        by_load=_by_load(metric, under, palette),
    )


def _by_load(metric: MetricPlan, under: Sequence[Load], palette: Palette) -> Svg | str:
    if not under:
        return ""
    spans = [Span(name=each.name, p50=each.p50, p95=each.p95) for each in under]
    return loads(spans, unit=unit_of(metric), title=f"{metric.label} by load", palette=palette)


def _stop(metric: MetricPlan, trigger: StopTrigger | None, before: float | None) -> float | None:
    """On the scale of the drawing: shares in per cent. A margin is counted from what was before."""
    if trigger is None:
        return None
    scale = 100.0 if metric.estimand is Estimand.RATE else 1.0
    if trigger.limit is not None:
        return float(trigger.limit) * scale
    if before is None or trigger.margin is None or metric.estimand is Estimand.QUANTILE:
        return None
    margin = before * float(trigger.margin) if trigger.relative else float(trigger.margin) * scale
    return before + margin if metric.direction is Direction.LOWER else before - margin


def _fired(judged: Judged | None, metric: str) -> list[date]:
    """The day on which the stop trigger of the metric was first seen breached."""
    if judged is None:
        return []
    breached = [
        result
        for result in judged.results
        if result.metric == metric
        and result.decides
        and not result.segment
        and result.status is Status.BREACHED
    ]
    return sorted({(result.latched_since or judged.as_of).astimezone(UTC).date() for result in breached})
