from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilots.actions import saved_views
from pilots.actions.refusals import Refused
from pilots.models import SavedView
from pilots.models.pilot import Friction, State
from pilots.models.verdict import MachineFlag
from pilots.queries import alarms
from pilots.queries import board as boards
from pilots.views.board_cells import COLUMNS, OPENNESS, SORTED_BY, USUAL, cells

CHOICES = {
    "flag": MachineFlag.values,
    "state": State.values,
    "friction": Friction.values,
    "openness": list(OPENNESS),
    "sort": list(boards.SORTS),
    "view": list(boards.VIEWS),
}
"""What an address may say; anything else says nothing."""


@permission_required("pilots.view_pilot", raise_exception=True)
def board(request: HttpRequest) -> HttpResponse:
    """All pilots at a glance; filters, columns and order live in the address."""
    now, person = timezone.now(), cast(User, request.user)
    filters = filters_of(request)
    loaded = boards.load(person=person, filters=filters, now=now)
    columns = _columns(request)
    context = {
        "board": loaded,
        "alarms": alarms.that_concern(request.user),
        "rows": [cells(row, today=now.date()) for row in loaded.shown],
        "filters": filters,
        "tabs": [(view, label, loaded.counts[view]) for view, label in boards.VIEWS.items()],
        "selects": _selects(filters, loaded),
        "columns": [(name, COLUMNS[name], SORTED_BY.get(name, "")) for name in columns],
        "all_columns": [(name, label, name in columns) for name, label in COLUMNS.items()],
        "usual_columns": columns == list(USUAL),
        "sorts": boards.SORTS.items(),
        "saved": list(SavedView.objects.filter(person=person)),
        "query": _query(request),
        "due_within_days": boards.DUE_WITHIN_DAYS,
    }
    return render(request, "pilots/board.html", context)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keeps the address under a name."""
    person, query = cast(User, request.user), request.POST.get("query", "")
    try:
        saved = saved_views.save(by=person, name=request.POST.get("name", ""), query=query)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("pilots:board")
    messages.success(request, f"Saved as “{saved.name}”.")
    return HttpResponseRedirect(f"{reverse('pilots:board')}?{saved.query}")


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    saved_views.delete(by=cast(User, request.user), number=pk)
    messages.success(request, "The saved view is gone; the pilots are as they were.")
    return redirect("pilots:board")


def filters_of(request: HttpRequest) -> boards.Filters:
    """What the address does not name, or names wrongly, filters nothing."""
    given = {name: request.GET.get(name, "") for name in ("flag", "state", "friction", "openness")}
    known = {name: value if value in CHOICES[name] else "" for name, value in given.items()}
    view, sort = request.GET.get("view", ""), request.GET.get("sort", "")
    page = request.GET.get("page", "")
    return boards.Filters(
        view=view if view in CHOICES["view"] else "all",
        sort=sort if sort in CHOICES["sort"] else "urgency",
        owner=request.GET.get("owner", ""),
        q=request.GET.get("q", "").strip(),
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
        **known,
    )


def _columns(request: HttpRequest) -> list[str]:
    """Those that the address names, in the order of the table; the usual ones where it names none."""
    named = set(request.GET.getlist("columns")) & COLUMNS.keys()
    return [name for name in COLUMNS if name in (named or USUAL)]


def _selects(filters: boards.Filters, board: boards.Board) -> list[dict[str, Any]]:
    owners = [(owner.get_username(), owner.get_full_name() or owner.get_username()) for owner in board.owners]
    lists = (
        ("flag", "Flag", MachineFlag.choices),
        ("state", "State", State.choices),
        ("friction", "Friction", Friction.choices),
        ("openness", "Model", list(OPENNESS.items())),
        ("owner", "Owner", owners),
    )
    return [
        {"name": name, "label": label, "choices": choices, "chosen": getattr(filters, name)}
        for name, label, choices in lists
    ]


def _query(request: HttpRequest) -> str:
    """The address without its page: what is kept with a view, and what an export asks for."""
    pairs = [(key, value) for key, values in request.GET.lists() for value in values if key != "page"]
    return urlencode(pairs)
