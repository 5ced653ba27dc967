"""The buttons of a pilot: each leads to a page that says what will happen; its form calls one action.

An act that is refused says why on the same page. Who may not run the pilot gets 403, whatever its state.
"""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import action
from unfold.enums import ActionVariant

from pilots.actions import journal, overrides, pilots
from pilots.admin.acts import words
from pilots.admin.acts.confirming import confirm, found
from pilots.admin.acts.forms import ActForm, HandOverForm, JournalForm, OverrideForm, ReasonForm
from pilots.models import Pilot
from pilots.queries.readiness import missing


@action(description="Open page", icon="open_in_new")
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


@action(description="Leave open", icon="rule")
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


@action(description="Journal", icon="edit_note")
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
