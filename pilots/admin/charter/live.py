"""The checklist of a draft as it stands in the form, before it is saved.

The form is posted as for a save, saved and looked at, and all of it is taken back: what is said is what a save would bring,
by the very code that saves.
"""

from typing import Any

from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pilots.admin.charter import tabs
from pilots.models import Pilot
from pilots.queries import readiness

LOOK = "_look"
"""What the page adds to the form when it only asks."""

TEMPLATE = "admin/pilots/pilot/checklist.html"


def is_asked(request: HttpRequest) -> bool:
    return request.method == "POST" and LOOK in request.POST


def checklist(pilot: Pilot) -> dict[str, Any]:
    """What the template shows of a draft."""
    points = readiness.checklist(pilot)
    return {
        "missing": [(point, tabs.HOME.get(point.field)) for point in points.open],
        "overridden": points.overridden,
        "forecast": points.forecast,
    }


def of_saved(request: HttpRequest, pilot: Pilot, *, is_new: bool) -> HttpResponse:
    """Of a draft that this transaction saved. The transaction is taken back: nothing may be asked of it afterwards."""
    shown = {
        "original": None if is_new else pilot,
        "has_change_permission": True,
        "is_live": True,
        **checklist(pilot),
    }
    answer = render(request, TEMPLATE, shown)
    transaction.set_rollback(True)
    return answer


def of_faulty(request: HttpRequest, form: BaseForm, page: list[tabs.Tab]) -> HttpResponse:
    """Of a form that could not be saved: what is to be put right first, and where."""
    own = [
        (form[name].label, " ".join(map(str, errors)))
        for name, errors in form.errors.items()
        if name in form.fields
    ]
    places = [(tab.slug, tab.title) for tab in page if tab.errors]
    return render(request, TEMPLATE, {"is_live": True, "faults": own, "places": places})
