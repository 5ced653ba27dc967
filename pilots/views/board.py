from typing import Any, cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pilots.actions.saved_views import kept_of
from pilots.models.pilot import Friction, State
from pilots.models.saved_view import BOARD
from pilots.models.verdict import MachineFlag
from pilots.queries import alarms, saved_views
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
        "rows": [cells(row, today=now.date(), person=person) for row in loaded.shown],
        "filters": filters,
        "tabs": [(view, label, loaded.counts[view]) for view, label in boards.VIEWS.items()],
        "selects": _selects(filters, loaded),
        "columns": [(name, COLUMNS[name], SORTED_BY.get(name, "")) for name in columns],
        "all_columns": [(name, label, name in columns) for name, label in COLUMNS.items()],
        "usual_columns": columns == list(USUAL),
        "sorts": boards.SORTS.items(),
        "saved": saved_views.of(person, BOARD),
        "place": BOARD,
        "query": kept_of(request.GET.urlencode()),
        "due_within_days": boards.DUE_WITHIN_DAYS,
    }
    return render(request, "pilots/board.html", context)


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
        team=request.GET.get("team", ""),
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
        *([("team", "Team", [(team, team) for team in board.teams])] if board.teams or filters.team else []),
    )
    return [
        {"name": name, "label": label, "choices": choices, "chosen": getattr(filters, name)}
        for name, label, choices in lists
    ]
