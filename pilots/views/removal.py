"""The removal checklist of a stopped pilot, and its clock."""

from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilots import permissions
from pilots.actions import removals
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Removal, RemovalStep

REMOVAL = "pilots:removal"


@permission_required("pilots.view_pilot", raise_exception=True)
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Every step, who did it and when."""
    return _page(request, _removal(slug))


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def tick(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    removal = _removal(slug)
    get_object_or_404(RemovalStep, removal=removal, position=number)
    try:
        step = removals.tick(
            removal=removal, position=number, by=cast(User, request.user), now=timezone.now()
        )
    except Refused as refusal:
        return _refused(request, removal, refusal)
    messages.success(request, f"Done: {step.what}")
    return redirect(REMOVAL, slug=slug)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def finish(request: HttpRequest, slug: str) -> HttpResponse:
    removal = _removal(slug)
    try:
        pilot = removals.finish(
            removal=removal,
            lessons=request.POST.get("lessons", ""),
            by=cast(User, request.user),
            now=timezone.now(),
        )
    except Refused as refusal:
        return _refused(request, removal, refusal)
    messages.success(request, f"{pilot} is closed. A clean stop is a good result.")
    return redirect(REMOVAL, slug=slug)


def _removal(slug: str) -> Removal:
    found = Removal.objects.select_related("pilot", "decision", "finished_by")
    return get_object_or_404(found, pilot__slug=slug)


def _refused(request: HttpRequest, removal: Removal, refusal: Refused) -> HttpResponse:
    status = HTTPStatus.FORBIDDEN if isinstance(refusal, NotAllowed) else HTTPStatus.CONFLICT
    return _page(request, removal, refusal=str(refusal), status=status)


def _page(
    request: HttpRequest, removal: Removal, *, refusal: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    steps = list(removal.steps.select_related("done_by"))
    is_open = removal.finished_at is None
    context = {
        "pilot": removal.pilot,
        "removal": removal,
        "steps": steps,
        "left": sum(step.done_at is None for step in steps),
        "may_run": is_open and permissions.may_run(cast(User, request.user), removal.pilot),
        "refusal": refusal,
        "now": timezone.now(),
    }
    return render(request, "pilots/memo/removal.html", context, status=status)
