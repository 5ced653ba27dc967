from typing import cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from evaluations import permissions
from evaluations.actions import comparisons
from evaluations.actions.comparisons import NotComparable
from evaluations.models import RunTarget
from evaluations.models.run import RunState
from evaluations.views.gap_rows import rows
from evaluations.visibility import visible

OFFERED = 60


@permission_required("evaluations.view_run", raise_exception=True)
def compare(request: HttpRequest) -> HttpResponse:
    """Two targets of finished runs, case by case. Other tasks or another scorer: refused, or waived with a reason."""
    given = request.POST if request.method == "POST" else request.GET
    left, right = (_target(request, given.get(side, "")) for side in ("left", "right"))
    context = {
        "offered": _finished(request).order_by("-run_id", "id")[:OFFERED],
        "left": left,
        "right": right,
        "may_waive": permissions.may_start(request.user),
    }
    if left is None or right is None or left == right:
        return render(request, "models/compare.html", context)
    reason = given.get("reason", "") if request.method == "POST" else ""
    person = cast(User, request.user)
    try:
        compared, waiver = comparisons.compare(
            left=left, right=right, by=person, now=timezone.now(), reason=reason
        )
    except NotComparable as refusal:
        return render(request, "models/compare.html", context | {"refusal": refusal}, status=409)
    return render(
        request,
        "models/compare.html",
        context | {"compared": compared, "rows": rows(compared), "waiver": waiver},
    )


def _target(request: HttpRequest, given: str) -> RunTarget | None:
    """None for an empty choice; 404 for one that is not there."""
    if not given:
        return None
    found = _finished(request).filter(pk=given).first() if given.isdecimal() and len(given) < 18 else None
    if found is None:
        raise Http404
    return found


def _finished(request: HttpRequest) -> QuerySet[RunTarget]:
    ended = visible(request, RunTarget.objects.filter(run__state=RunState.DONE))
    return ended.select_related("run__suite_version__suite", "deployment__model", "prompt")
