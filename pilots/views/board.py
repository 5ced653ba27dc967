from typing import cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pilots.models.verdict import MachineFlag
from pilots.queries import board as boards
from pilots.views.windows import bar

VIEWS = [("all", "All"), ("mine", "My pilots"), ("due", "Decision due"), ("closed", "Decided")]


@permission_required("pilots.view_pilot", raise_exception=True)
def board(request: HttpRequest) -> HttpResponse:
    """All pilots at a glance; filters live in the URL."""
    now = timezone.now()
    filters = boards.Filters(
        view=request.GET.get("view", "all"),
        flag=request.GET.get("flag", ""),
        q=request.GET.get("q", "").strip(),
    )
    loaded = boards.load(person=cast(User, request.user), filters=filters, now=now)
    context = {
        "board": loaded,
        "rows": [(row, bar(row.pilot, today=now.date())) for row in loaded.shown],
        "filters": filters,
        "views": VIEWS,
        "flags": MachineFlag.choices,
    }
    return render(request, "pilots/board.html", context)
