"""Which acts a pilot offers to whom, and the page on which each of them is confirmed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from pilots import permissions
from pilots.actions.refusals import Refused
from pilots.admin.acts.forms import ActForm
from pilots.models import Pilot
from pilots.models.pilot import State

OFFERED: dict[str, tuple[str, ...]] = {
    State.DRAFT: (
        "open_page",
        "make_ready",
        "start",
        "override",
        "baseline",
        "make_token",
        "note",
        "hand_over",
        "copy",
    ),
    State.READY: (
        "open_page",
        "start",
        "take_back",
        "baseline",
        "make_token",
        "note",
        "hand_over",
        "copy",
    ),
    State.RUNNING: (
        "open_page",
        "sources",
        "pause",
        "baseline",
        "make_token",
        "note",
        "hand_over",
        "copy",
    ),
    State.PAUSED: (
        "open_page",
        "sources",
        "resume",
        "baseline",
        "make_token",
        "note",
        "hand_over",
        "copy",
    ),
    State.DECISION_DUE: ("open_page", "sources", "make_token", "note", "hand_over", "copy"),
    State.DECIDED: ("open_page", "close", "note", "hand_over", "copy"),
    State.CLOSED: ("open_page", "copy"),
}
Perform = Callable[[Pilot, Any, Any], str]


def offered(pilot: Pilot | None, request: HttpRequest) -> set[str]:
    """The buttons for this pilot in its state and this person."""
    if pilot is None:
        return set()
    names = set(OFFERED[pilot.state])
    if permissions.may_run(request.user, pilot):
        return names
    return names & ({"open_page", "copy"} if permissions.may_create(request.user) else {"open_page"})


def found(model_admin: Any, request: HttpRequest, object_id: str) -> Pilot:
    """Raises Http404 for what is not there, or not to be seen."""
    pilot: Pilot | None = model_admin.get_object(request, object_id)
    if pilot is None or not permissions.may_view(request.user):
        raise Http404
    return pilot


def to_run(model_admin: Any, request: HttpRequest, object_id: str) -> Pilot:
    """The pilot, for a person who runs it. Raises Http404, PermissionDenied."""
    pilot = found(model_admin, request, object_id)
    if not permissions.may_run(request.user, pilot):
        raise PermissionDenied
    return pilot


def back(pilot: Pilot) -> HttpResponseRedirect:
    return redirect("admin:pilots_pilot_change", pilot.pk)


def confirm(
    model_admin: Any,
    request: HttpRequest,
    object_id: str,
    *,
    act: str,
    title: str,
    button: str,
    form_class: type[ActForm],
    perform: Perform,
    says: str = "",
    template: str = "admin/pilots/pilot/act.html",
    context: Callable[[Pilot], dict[str, Any]] = lambda pilot: {},
    onwards: Callable[[Pilot], HttpResponse] = back,
) -> HttpResponse:
    """GET shows what will happen; POST does it and returns to the pilot, or says why not.

    `onwards` leads elsewhere where something comes next.
    """
    pilot = to_run(model_admin, request, object_id)
    if act not in OFFERED[pilot.state]:
        messages.warning(request, f"{pilot} is {pilot.get_state_display().lower()}, so this cannot be done.")
        return back(pilot)
    typed = request.POST if request.method == "POST" else None
    form = form_class(typed, pilot=pilot, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, perform(pilot, form, timezone.now()))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return onwards(pilot)
    details = {"title": title, "button": button, "says": says, "form": form, **context(pilot)}
    return page(model_admin, request, pilot, template, details)


def page(
    model_admin: Any, request: HttpRequest, pilot: Pilot, template: str, details: dict[str, Any]
) -> TemplateResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.model._meta,
        "original": pilot,
        "pilot": pilot,
        "back": reverse("admin:pilots_pilot_change", args=[pilot.pk]),
        **details,
    }
    return TemplateResponse(request, template, context)
