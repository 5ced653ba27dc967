"""Files of what a page shows: the board as it is filtered, and a whole pilot."""

import json
from typing import Any, cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from pilots import permissions
from pilots.exports.tables import written
from pilots.models import Pilot
from pilots.queries import board as boards
from pilots.queries import pilot_export
from pilots.queries.board import Row
from pilots.views.board import filters_of
from pilots.views.memo_files import attachment


@permission_required("pilots.view_pilot", raise_exception=True)
def board(request: HttpRequest, shape: str) -> HttpResponse:
    """Every pilot that the address keeps, on all pages, in the order of the board."""
    loaded = boards.load(person=cast(User, request.user), filters=filters_of(request), now=timezone.now())
    rows = [_row(row) for row in loaded.found]
    if shape == "json":
        return attachment(
            json.dumps({"pilots": rows}, ensure_ascii=False).encode(), "application/json", "board.json"
        )
    if shape != "csv":
        raise Http404("The board comes as csv or json.")
    names = list(_row_names())
    lines = [names, *([_text(row[name]) for name in names] for row in rows)]
    return attachment(b"".join(written(lines)), "text/csv; charset=utf-8", "board.csv")


@permission_required("pilots.view_pilot", raise_exception=True)
def pilot(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The whole record, for who runs or signs it, and for auditors: it holds excerpts of the work and the log."""
    found = get_object_or_404(Pilot.objects.select_related("owner", "deputy", "decider"), slug=slug)
    person = request.user
    if not (
        permissions.may_run(person, found)
        or permissions.may_sign(person, found)
        or permissions.may_audit(person)
    ):
        raise PermissionDenied("Only who runs or signs this pilot, and auditors, export its whole record.")
    file = pilot_export.archive(found, now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=f"{slug}.zip", content_type="application/zip")


def _row_names() -> tuple[str, ...]:
    return (
        "slug", "name", "workflow", "state", "flag", "reason", "decision", "owner", "team", "window_start", "window_end",
        "days_left", "silent", "overdue", "net", "net_low", "net_high", "currency", "review", "review_unit",
        "review_trend", "is_demo",
    )  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    told, pilot_ = row.headline, row.pilot
    values = (
        pilot_.slug, pilot_.name, pilot_.workflow, pilot_.state, row.flag, row.reason, row.decision,
        pilot_.owner.get_username(), pilot_.team, pilot_.window_start.isoformat(), pilot_.window_end.isoformat(),
        row.days_left, row.is_silent, row.is_overdue, told.net, told.low, told.high, told.currency, told.review,
        told.unit, told.trend, pilot_.is_demo,
    )  # fmt: skip
    return dict(zip(_row_names(), values, strict=True))


def _text(value: object) -> str:
    return "" if value is None else str(value)
