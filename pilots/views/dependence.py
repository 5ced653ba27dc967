"""The dependence of a pilot on its models in sentences, and the answer to an alarm."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from evaluations.actions.canaries import CanaryRefused
from evaluations.models import CanaryLook
from evaluations.queries.pairs import Gap, Paired
from pilots.actions import alarms
from pilots.models import Pilot
from pilots.queries.dependence import Dependence
from pilots.queries.drills import Level

BADGES = {Level.NONE: "broken", Level.PLANNED: "due", Level.STALE: "due", Level.READY: "met"}


def context(found: Dependence) -> dict[str, Any]:
    """What templates/pilots/evidence/dependence.html needs."""
    drill, gap = found.readiness.drill, found.open_against_closed
    return {
        "dependence": found,
        "readiness_badge": BADGES[found.readiness.level],
        "drill_lines": lines(drill) if drill else [],
        "gap_lines": lines(gap) if gap else [],
    }


def lines(compared: Paired) -> list[str]:
    """Right answers, seconds and cost as sentences, each with its interval and n; what is not known is said."""
    quality, latency, cost = compared.quality, compared.latency, compared.cost
    return [
        _share("Right answers", quality) if quality else "Right answers: no case was answered by both.",
        _number("Seconds", latency, "{:.2f} s") if latency else "Seconds: not measured on both.",
        _number("Cost of a question", cost, "{:.4f} " + compared.currency)
        if cost
        else "Cost: unpriced on one side at least.",
    ]


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def accept_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Somebody looked into a silent change: what the model answers now is the new baseline."""
    pilot = get_object_or_404(Pilot, slug=slug)
    look = get_object_or_404(CanaryLook, pk=pk, deployment__in=pilot.candidates.values("deployment"))
    person, reason = cast(User, request.user), request.POST.get("reason", "")
    try:
        alarms.accept(look=look, reason=reason, by=person, now=timezone.now())
    except CanaryRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Accepted. The next look is the new baseline.")
    return redirect(pilot)


def _share(name: str, gap: Gap) -> str:
    low, high = gap.interval.low * 100, gap.interval.high * 100
    return (
        f"{name}: {gap.right:.0%} against {gap.left:.0%}, {_sign(gap.estimate * 100, '{:.1f}')} points "
        f"({_sign(low, '{:.1f}')} to {_sign(high, '{:.1f}')}), n = {gap.n}."
    )


def _number(name: str, gap: Gap, shape: str) -> str:
    interval = (
        f"{_sign(gap.interval.low, shape)} to {_sign(gap.interval.high, shape)}"
        if gap.interval.is_bounded
        else "no interval yet"
    )
    return (
        f"{name}: {shape.format(gap.right)} against {shape.format(gap.left)}, "
        f"{_sign(gap.estimate, shape)} ({interval}), n = {gap.n}."
    )


def _sign(value: float, shape: str) -> str:
    return f"{'−' if value < 0 else '+'}{shape.format(abs(value))}"
