from typing import cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pilots.models.verdict import MachineFlag
from pilots.queries import alarms
from pilots.queries import board as boards
from pilots.views.windows import bar


@permission_required("pilots.view_pilot", raise_exception=True)
def board(request: HttpRequest) -> HttpResponse:
    """All pilots at a glance; filters live in the URL."""
    now = timezone.now()
    filters = _filters(request)
    loaded = boards.load(person=cast(User, request.user), filters=filters, now=now)
    context = {
        "board": loaded,
        "alarms": alarms.that_concern(request.user),
        "rows": [(row, bar(row.pilot, today=now.date())) for row in loaded.shown],
        "filters": filters,
        "tabs": [(view, label, loaded.counts[view]) for view, label in boards.VIEWS.items()],
        "flags": MachineFlag.choices,
        "due_within_days": boards.DUE_WITHIN_DAYS,
    }
    return render(request, "pilots/board.html", context)


def _filters(request: HttpRequest) -> boards.Filters:
    """What the address does not name, or names wrongly, filters nothing."""
    view, flag = request.GET.get("view", "all"), request.GET.get("flag", "")
    return boards.Filters(
        view=view if view in boards.VIEWS else "all",
        flag=flag if flag in MachineFlag.values else "",
        q=request.GET.get("q", "").strip(),
    )
