"""What was done to a pilot, by whom, when and why, with the values before and after."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from pilots.models import Pilot
from pilots.queries import logbook as logbooks


@permission_required("pilots.view_pilot", raise_exception=True)
def logbook(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_object_or_404(Pilot, slug=slug)
    kind, given = request.GET.get("kind", ""), request.GET.get("page", "")
    page = int(given) if given.isdecimal() and 0 < len(given) < 6 and int(given) else 1
    context = {
        "pilot": pilot,
        "log": logbooks.load(pilot, kind=kind, page=page),
        "kind": kind if kind in logbooks.KINDS else "",
        "kinds": [("", "All"), *((key, label) for key, (label, _) in logbooks.KINDS.items())],
        "newer": page - 1,
        "older": page + 1,
    }
    return render(request, "pilots/logbook.html", context)
