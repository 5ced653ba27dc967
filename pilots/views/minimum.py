"""The four minimum metrics of a pilot and the time to a first accepted output, with all that they rest on."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from pilots.models import Pilot
from pilots.queries import minimum as minimums


@permission_required("pilots.view_pilot", raise_exception=True)
def minimum(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_object_or_404(Pilot, slug=slug)
    context = {
        "pilot": pilot,
        "values": list(minimums.load(pilot, now=timezone.now())),
        "fresh_days": minimums.FRESH.days,
    }
    return render(request, "pilots/minimum.html", context)
