"""The first page of the admin: the pilots a person has a part in, what is urgent first."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from pilots import permissions
from pilots.admin.badges import badge
from pilots.models import Pilot
from pilots.models.verdict import MachineFlag
from pilots.queries import alarms, board


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    person: Any = request.user
    rows = board.of_person(person, now=timezone.now())
    return context | {
        "title": "Your pilots",
        "lines": [_line(row) for row in rows[: board.PAGE]],
        "others": Pilot.objects.visible_to(person).count() - min(len(rows), board.PAGE),
        "alarms": alarms.that_concern(person),
        "may_log": permissions.may_create(person),
        "may_view": permissions.may_view(person),
    }


def _line(row: board.Row) -> dict[str, Any]:
    flag = badge(row.flag, MachineFlag(row.flag).label) if row.flag else ""
    return {
        "row": row,
        "state": badge(row.pilot.state, row.pilot.get_state_display()),
        "flag": flag,
        "days_over": -row.days_left,
    }
