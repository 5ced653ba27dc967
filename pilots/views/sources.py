"""Who posts, how often, and what of it was wrong: pace of each source, and stretches that are taken out of the count."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilots import permissions
from pilots.actions import quarantines, sources, weighings
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Pilot, Quarantine, Source
from pilots.queries import quarantines as found_quarantines
from pilots.queries import sources as found_sources
from pilots.queries import weighings as found_weighings
from pilots.queries.board import UNDER_TRIAL


class PaceForm(forms.Form):
    """Empty hours: learned from the pauses of the source."""

    source = forms.IntegerField(widget=forms.HiddenInput)
    hours = forms.DecimalField(
        label="Silent after (hours)", required=False, min_value=0, max_digits=7, decimal_places=2
    )


class QuarantineForm(forms.Form):
    """From one moment to another, in UTC."""

    source = forms.ChoiceField(label="Source")
    starts_at = forms.DateTimeField(
        label="Faulty from (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label="Sound again from (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(
        label="What was wrong",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is shown beside every later verdict.",
    )

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, name or "No source named") for name in names]
        self.fields["source"] = forms.ChoiceField(label="Source", choices=choices, required="" not in names)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 2}))


@permission_required("pilots.view_pilot", raise_exception=True)
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """The sources and quarantines of a pilot; a quarantine is proposed here."""
    pilot = get_object_or_404(Pilot, slug=slug)
    if request.method != "POST":
        return _page(request, pilot)
    form = QuarantineForm(request.POST, names=_names(pilot))
    if not form.is_valid():
        return _page(request, pilot, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        weighings.ask(pilot=pilot, by=cast(User, request.user), now=timezone.now(), **form.cleaned_data)
    except NotAllowed as refusal:
        return _page(request, pilot, form=form, refusal=str(refusal), status=HTTPStatus.FORBIDDEN)
    except Refused as refusal:
        return _page(request, pilot, form=form, refusal=str(refusal), status=HTTPStatus.CONFLICT)
    return redirect("pilots:sources", slug=slug)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def pace(request: HttpRequest, slug: str) -> HttpResponse:
    """How long a source may be quiet."""
    pilot = get_object_or_404(Pilot, slug=slug)
    form = PaceForm(request.POST)
    if not form.is_valid():
        refusal = "Give a number of hours above zero, or leave it empty."
        return _page(request, pilot, refusal=refusal, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    source = get_object_or_404(Source, pilot=pilot, pk=form.cleaned_data["source"])
    try:
        sources.expect(
            source=source, hours=form.cleaned_data["hours"], by=cast(User, request.user), now=timezone.now()
        )
    except NotAllowed as refusal:
        return _page(request, pilot, refusal=str(refusal), status=HTTPStatus.FORBIDDEN)
    except Refused as refusal:
        return _page(request, pilot, refusal=str(refusal), status=HTTPStatus.CONFLICT)
    messages.success(request, f"Saved: {source} is {found_sources.interval(source)}.")
    return redirect("pilots:sources", slug=slug)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def second(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A second person agrees; a worker takes the measurements out of the count."""
    return _act(request, slug, number, weighings.ask_second)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def decline(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    decline = partial(quarantines.decline, reason=request.POST.get("reason", ""))
    return _act(request, slug, number, decline, done="Declined. The measurements go on counting.")


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def release(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A worker lets the measurements count again."""
    return _act(request, slug, number, partial(weighings.ask_release, reason=request.POST.get("reason", "")))


def _act(
    request: HttpRequest, slug: str, number: int, act: Callable[..., object], *, done: str = ""
) -> HttpResponse:
    """What a worker does is told by the page itself, step by step."""
    pilot = get_object_or_404(Pilot, slug=slug)
    quarantine = get_object_or_404(Quarantine, pilot=pilot, number=number)
    try:
        act(quarantine=quarantine, by=cast(User, request.user), now=timezone.now())
    except NotAllowed as refusal:
        return _page(request, pilot, refusal=str(refusal), status=HTTPStatus.FORBIDDEN)
    except Refused as refusal:
        return _page(request, pilot, refusal=str(refusal), status=HTTPStatus.CONFLICT)
    if done:
        messages.success(request, done)
    return redirect("pilots:sources", slug=slug)


def _names(pilot: Pilot) -> list[str]:
    return list(Source.objects.filter(pilot=pilot).order_by("name").values_list("name", flat=True))


def _page(
    request: HttpRequest,
    pilot: Pilot,
    *,
    form: QuarantineForm | None = None,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    person = cast(User, request.user)
    may_run, under_trial = permissions.may_run(person, pilot), pilot.state in UNDER_TRIAL
    names = _names(pilot)
    weighing = found_weighings.newest(pilot, now=timezone.now())
    idle = not (weighing and weighing.is_open)
    if form is None and names and may_run and under_trial and idle:
        form = QuarantineForm(names=names)
    context = {
        "pilot": pilot,
        "sources": found_sources.of_pilot(pilot),
        "may_run": may_run,
        "form": form if may_run and under_trial else None,
        "quarantines": [
            (
                each,
                idle and each.is_open and permissions.may_second(person, pilot, each.quarantine.proposed_by),
                idle
                and each.is_open
                and (person.pk == each.quarantine.proposed_by_id or permissions.may_run(person, pilot)),
                idle and each.in_force and under_trial and (may_run or permissions.may_sign(person, pilot)),
                ReasonForm(auto_id=f"id_%s_{each.quarantine.number}"),
            )
            for each in found_quarantines.of_pilot(pilot)
        ],
        "weighing": weighing,
        "refusal": refusal,
    }
    return render(request, "pilots/sources.html", context, status=status)
