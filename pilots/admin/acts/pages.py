"""The buttons of a pilot: each leads to a page that says what will happen; its form calls one action.

An act that is refused says why on the same page. Who may not run the pilot gets 403, whatever its state.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.enums import ActionVariant

from pilots import permissions
from pilots.actions import journal, overrides, pilots
from pilots.actions.refusals import Refused
from pilots.admin.acts import words
from pilots.admin.acts.forms import ActForm, HandOverForm, JournalForm, OverrideForm, ReasonForm
from pilots.models import Pilot
from pilots.models.pilot import State
from pilots.queries.readiness import missing

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
    State.READY: ("open_page", "start", "take_back", "baseline", "make_token", "note", "hand_over", "copy"),
    State.RUNNING: ("open_page", "sources", "pause", "baseline", "make_token", "note", "hand_over", "copy"),
    State.PAUSED: ("open_page", "sources", "resume", "baseline", "make_token", "note", "hand_over", "copy"),
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


@action(description="Open the pilot's page", icon="open_in_new")
def open_page(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    return redirect(found(self, request, object_id))


@action(description="Mark faulty measurements", icon="rule_settings")
def sources(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Quarantine is proposed and agreed to where the sources are shown."""
    return redirect("pilots:sources", slug=found(self, request, object_id).slug)


@action(description="Say it is ready", icon="task_alt")
def make_ready(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def perform(pilot: Pilot, form: ActForm, now: Any) -> str:
        pilots.make_ready(pilot=pilot, by=request.user, now=now)  # type: ignore[arg-type]
        return f"{pilot} is ready. An edit that leaves something missing makes it a draft again."

    return confirm(
        self,
        request,
        object_id,
        act="make_ready",
        title="Say that the pilot is ready",
        button="It is ready",
        template="admin/pilots/pilot/start.html",
        form_class=ActForm,
        perform=perform,
        context=lambda pilot: {
            "missing": missing(pilot),
            "rules": words.rules_of(pilot),
            "before_start": True,
        },
    )


@action(description="Back to draft", icon="undo")
def take_back(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def perform(pilot: Pilot, form: ReasonForm, now: Any) -> str:
        pilots.take_back(pilot=pilot, by=request.user, reason=form.cleaned_data["reason"], now=now)  # type: ignore[arg-type]
        return f"{pilot} is a draft again."

    return confirm(
        self,
        request,
        object_id,
        act="take_back",
        title="Take the pilot back to draft",
        button="Back to draft",
        says="It is no longer shown as ready. Nothing that was entered is lost.",
        form_class=ReasonForm,
        perform=perform,
    )


@action(description="Start", icon="play_arrow", variant=ActionVariant.PRIMARY)
def start(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def perform(pilot: Pilot, form: ActForm, now: Any) -> str:
        version = pilots.start(pilot=pilot, by=request.user, now=now)  # type: ignore[arg-type]
        return (
            f"{pilot} runs. Its plan is frozen as version {version.number}; the first verdict comes within minutes. "
            "What measures it needs a token: make it here."
        )

    return confirm(
        self,
        request,
        object_id,
        act="start",
        title="Start the pilot",
        button="Freeze the plan and start",
        template="admin/pilots/pilot/start.html",
        form_class=ActForm,
        perform=perform,
        context=lambda pilot: {"missing": missing(pilot), "rules": words.rules_of(pilot)},
        onwards=lambda pilot: redirect("admin:pilots_pilot_make_token", pilot.pk),
    )


@action(description="Leave points open", icon="rule")
def override(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    @transaction.atomic
    def perform(pilot: Pilot, form: OverrideForm, now: Any) -> str:
        codes, reason = form.cleaned_data["code"], form.cleaned_data["reason"]
        for code in codes:
            overrides.override(pilot=pilot, code=code, reason=reason, by=request.user, now=now)  # type: ignore[arg-type]
        return f"Left open. Your reason is kept with {'it' if len(codes) == 1 else 'each of them'}."

    return confirm(
        self,
        request,
        object_id,
        act="override",
        title="Leave points of the checklist open",
        button="Leave open",
        says="The pilot starts without what you tick, and your reason is read by whoever signs. Points with other "
        "reasons: one after the other.",
        form_class=OverrideForm,
        perform=perform,
    )


@action(description="Pause", icon="pause")
def pause(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def perform(pilot: Pilot, form: ReasonForm, now: Any) -> str:
        pilots.pause(pilot=pilot, by=request.user, reason=form.cleaned_data["reason"], now=now)  # type: ignore[arg-type]
        return f"{pilot} is paused."

    return confirm(
        self,
        request,
        object_id,
        act="pause",
        title="Pause the pilot",
        button="Pause",
        says="No evaluation runs are made while it is paused. Measurements that scripts post are still taken, "
        "and the window goes on.",
        form_class=ReasonForm,
        perform=perform,
    )


@action(description="Resume", icon="play_arrow", variant=ActionVariant.PRIMARY)
def resume(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def perform(pilot: Pilot, form: ReasonForm, now: Any) -> str:
        pilots.resume(pilot=pilot, by=request.user, reason=form.cleaned_data["reason"], now=now)  # type: ignore[arg-type]
        return f"{pilot} runs again."

    return confirm(
        self,
        request,
        object_id,
        act="resume",
        title="Resume the pilot",
        button="Resume",
        says="Evaluation runs that are due are made at once.",
        form_class=ReasonForm,
        perform=perform,
    )


@action(description="Close", icon="inventory_2")
def close(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def perform(pilot: Pilot, form: ReasonForm, now: Any) -> str:
        pilots.close(pilot=pilot, by=request.user, reason=form.cleaned_data["reason"], now=now)  # type: ignore[arg-type]
        return f"{pilot} is closed. Its log, its evidence and its decision stay readable."

    return confirm(
        self,
        request,
        object_id,
        act="close",
        title="Close the pilot",
        button="Close",
        says="What the decision asked for is done: it was handed to who runs it, or taken out. "
        "Give as the reason what you learned; nothing can be changed afterwards.",
        form_class=ReasonForm,
        perform=perform,
    )


@action(description="Write in the journal", icon="edit_note")
def note(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def perform(pilot: Pilot, form: JournalForm, now: Any) -> str:
        journal.write(pilot=pilot, by=request.user, now=now, **form.cleaned_data)  # type: ignore[arg-type]
        return "Written down. It stands in the pilot's history."

    return confirm(
        self,
        request,
        object_id,
        act="note",
        title="Write in the journal",
        button="Keep it",
        says="An entry is kept for good. Another prompt, model, price, scope or team is marked in the charts, "
        "so that nobody wonders later why a line turned.",
        form_class=JournalForm,
        perform=perform,
    )


@action(description="Hand over", icon="switch_account")
def hand_over(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def perform(pilot: Pilot, form: HandOverForm, now: Any) -> str:
        to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
        pilots.hand_over(pilot=pilot, to=to, by=request.user, reason=reason, now=now)  # type: ignore[arg-type]
        return f"{to.get_full_name() or to.get_username()} owns {pilot} now."

    return confirm(
        self,
        request,
        object_id,
        act="hand_over",
        title="Hand the pilot over",
        button="Hand over",
        says="The new owner is accountable from now on. The log keeps both names and your reason.",
        form_class=HandOverForm,
        perform=perform,
    )


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
