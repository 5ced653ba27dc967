"""The page to try a stop trigger on: what it would have done so far."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from pilots import permissions
from pilots.charts.svg import Svg
from pilots.charts.trend import Point, Trend, trend
from pilots.judging.plan import Plan
from pilots.judging.plan_words import rule
from pilots.judging.rehearsal import Look
from pilots.judging.sentences import number, percent
from pilots.judging.verdict import MetricResult
from pilots.models import Pilot
from pilots.queries import rehearsals
from pilots.queries.board import UNDER_TRIAL
from pilots.queries.rehearsals import Draft, NotJudgeable, Rehearsed
from pilots.reading.readings import is_share
from pilots.reading.results import Line
from pilots.views.rule_fields import FigureField, text_of


class RehearsalForm(forms.Form):
    """A question in the address: a rehearsal can be sent on as a link."""

    metric = forms.ChoiceField(label="Metric")
    margin = FigureField(label="Worse by more than")
    relative = forms.ChoiceField(
        label="Margin",
        choices=[("", "as it is measured"), ("on", "as a share of before (0.1 for 10 %)")],
        required=False,
    )
    limit = FigureField(label="Or past the level")

    def __init__(self, data: dict[str, Any], *, plan: Plan) -> None:
        super().__init__(data, auto_id="rehearse_%s")
        metrics = [metric for metric in plan.metrics if not metric.activity]
        cast(forms.ChoiceField, self.fields["metric"]).choices = [
            (metric.key, metric.label) for metric in metrics
        ]

    def draft(self) -> Draft:
        """Of a valid form."""
        return Draft(**{**self.cleaned_data, "relative": self.cleaned_data["relative"] == "on"})


@dataclass(frozen=True)
class Day:
    """One look as a row. `range` is where a level may be, empty for a sum, which is exact."""

    look: Look
    line: Line
    range: str


@dataclass(frozen=True)
class Result:
    """A rehearsal, ready for the page. `rule` is the draft in words; `proposal` the address that proposes it."""

    rehearsed: Rehearsed
    rule: str
    chart: Svg
    days: list[Day]
    alpha: str
    proposal: str

    @property
    def is_level(self) -> bool:
        """Shown as values of the metric; else as the change, or with `is_from_the_line` as the distance to the line."""
        return _is_value(self.rehearsed)

    @property
    def is_from_the_line(self) -> bool:
        return self.rehearsed.rehearsal.trigger.relative


@permission_required("pilots.view_pilot", raise_exception=True)
def rehearsal(request: HttpRequest, slug: str) -> HttpResponse:
    """Opens with the first stop trigger as it stands. Nothing is written, so everybody who reads the pilot may ask."""
    pilot = get_object_or_404(Pilot, slug=slug)
    plan = rehearsals.plan_of(pilot)
    form = RehearsalForm(_asked(request.GET, plan), plan=plan) if plan.metrics else None
    refusal, result = "", None
    if form is not None and form.is_valid():
        try:
            result = _result(pilot, rehearsals.run(pilot=pilot, draft=form.draft(), now=timezone.now()))
        except NotJudgeable as error:
            refusal = str(error)
    context = {
        "pilot": pilot,
        "form": form,
        "result": result,
        "refusal": refusal,
        "may_propose": pilot.state in UNDER_TRIAL and permissions.may_run(request.user, pilot),
    }
    return render(request, "pilots/rehearsal.html", context)


def _asked(given: QueryDict, plan: Plan) -> dict[str, Any]:
    """The address, or the stop trigger of the metric it names (else the first one) as it stands."""
    if "margin" in given or "limit" in given:
        return given.dict()
    metric = given.get("metric", "")
    triggers = [each for each in plan.triggers if metric in ("", each.metric)]
    if not triggers:
        return {"metric": metric or next((each.key for each in plan.metrics if not each.activity), "")}
    known = triggers[0]
    return {
        "metric": known.metric,
        "margin": text_of(known.margin),
        "limit": text_of(known.limit),
        "relative": "on" if known.relative else "",
    }


def _result(pilot: Pilot, found: Rehearsed) -> Result:
    looks = found.rehearsal.looks
    return Result(
        rehearsed=found,
        rule=rule(found.metric, found.rehearsal.trigger),
        chart=_chart(found),
        days=[Day(look, Line(look.result), _range(found, look)) for look in looks],
        alpha=percent(found.rehearsal.alpha),
        proposal=_proposal(found),
    )


def _proposal(found: Rehearsed) -> str:
    trigger = found.rehearsal.trigger
    asked = {
        "rule": f"stop_trigger:{trigger.metric}",
        "margin": text_of(trigger.margin),
        "level": text_of(trigger.limit),
    }
    return urlencode(asked | ({"relative": "on"} if trigger.relative else {}))


def _chart(found: Rehearsed) -> Svg:
    looks = found.rehearsal.looks
    fired = found.rehearsal.fired
    stops = [stop for stop in (_stop(look.result) for look in looks) if stop is not None]
    against = _is_value(found)
    relative = found.rehearsal.trigger.relative
    change = "distance from the line so far" if relative else "change so far"
    what = "so far, day by day" if against else f"{change}, plus is better"
    shown = Trend(
        points=[_point(look) for look in looks],
        unit=_unit(found),
        baseline=None if against or relative else 0.0,
        stop=stops[-1] if stops else None,
        firings=[fired.at.date()] if fired else [],
    )
    return trend(shown, title=f"{found.metric.label}: {what}", width=560, height=240)


def _point(look: Look) -> Point:
    """On the scale of the metric against a limit, else the change; shares in per cent or points."""
    result = look.result
    estimate, interval = result.estimate, result.interval
    if estimate is None:
        return Point(at=look.at.date(), value=None)
    ends = sorted((_placed(result, interval.low), _placed(result, interval.high))) if interval else None
    exact = result.estimand == "total"
    return Point(
        at=look.at.date(),
        value=_placed(result, estimate),
        low=ends[0] if ends and not exact else None,
        high=ends[1] if ends and not exact else None,
    )


def _range(found: Rehearsed, look: Look) -> str:
    point = _point(look)
    if not _is_value(found) or point.low is None or point.high is None:
        return ""
    ends = [number(end) for end in (point.low, point.high)]
    return f"{ends[0]} to {ends[1]} {_unit(found)}".strip()


def _stop(result: MetricResult) -> float | None:
    return None if result.threshold is None or result.estimate is None else _placed(result, result.threshold)


def _placed(result: MetricResult, value: float) -> float:
    """The judge measures distances from the limit, plus being better: laid from the level so far."""
    scale = 100 if is_share(result) else 1
    level = _level(result)
    if level is None or result.estimate is None:
        return value * scale
    sign = -1 if result.estimand == "quantile" or result.direction == "lower" else 1
    return (level + sign * (value - result.estimate)) * scale


def _level(result: MetricResult) -> float | None:
    """What stands against a limit: a value, or for a quantile the share beyond it."""
    if result.limit is None or result.after is None:
        return None
    if result.estimand == "quantile":
        return result.after.yes / result.after.n if result.after.yes is not None and result.after.n else None
    return result.after.value


def _is_value(found: Rehearsed) -> bool:
    return found.rehearsal.trigger.limit is not None


def _unit(found: Rehearsed) -> str:
    if found.metric.estimand in ("rate", "quantile"):
        return "%" if _is_value(found) else "points"
    return found.metric.unit
