"""The four minimum metrics of a pilot and the time to a first accepted output, with all that they rest on."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from pilots.charts.radar import Axis, radar
from pilots.charts.svg import Svg
from pilots.models import Pilot
from pilots.queries import minimum as minimums

SCORED, TOP = ("control", "ecosystem"), 3


@permission_required("pilots.view_pilot", raise_exception=True)
def minimum(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_object_or_404(Pilot, slug=slug)
    context = {
        "pilot": pilot,
        "values": [(value, _profile(value)) for value in minimums.load(pilot, now=timezone.now())],
        "fresh_days": minimums.FRESH.days,
    }
    return render(request, "pilots/minimum.html", context)


def _profile(value: minimums.Value) -> Svg | None:
    """The picture of what is scored on several axes."""
    if value.key not in SCORED:
        return None
    axes = [
        Axis(name=part.name, value=part.value, before=part.before, is_old=part.is_old) for part in value.parts
    ]
    return radar(axes, top=TOP, title=value.name)
