"""The measurements behind a number."""

from datetime import date, datetime
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date, parse_datetime

from evaluations.models.run import Outcome
from evaluations.models.suite import Provenance
from pilots.models import Measurement, Pilot
from pilots.models.measurement import Phase
from pilots.queries import rows as measured

FILTERS = ("metric", "phase", "candidate", "segment", "provenance", "outcome", "load", "day")


@permission_required("pilots.view_pilot", raise_exception=True)
def rows(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of them, newest first."""
    pilot = get_object_or_404(Pilot, slug=slug)
    given = {name: request.GET.get(name, "") for name in FILTERS}
    wanted = measured.Wanted(
        metric=given["metric"],
        phase=given["phase"],
        candidate=given["candidate"],
        segment=given["segment"],
        provenance=given["provenance"],
        outcome=given["outcome"],
        load=given["load"],
        day=_day(given["day"]),
        after=_place(request.GET.get("after", "")),
    )
    found = measured.load(pilot, wanted)
    context = {
        "pilot": pilot,
        "found": found,
        "given": given,
        "phases": Phase.choices,
        "provenances": Provenance.choices,
        "outcomes": [(measured.FAILED, "No answer"), *Outcome.choices],
        "more": _more(given, found.rows[-1]) if found.has_more else "",
    }
    return render(request, "pilots/rows.html", context)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _place(text: str) -> tuple[datetime, int] | None:
    """`2026-11-20T08:00:00+00:00,17`; anything else is the first page."""
    at, _, number = text.partition(",")
    try:
        moment = parse_datetime(at)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or not number.isdecimal() or len(number) > 18:
        return None
    return moment, int(number)


def _more(given: dict[str, str], last: Measurement) -> str:
    kept = {name: value for name, value in given.items() if value}
    return urlencode(kept | {"after": f"{last.observed_at.isoformat()},{last.pk}"})
