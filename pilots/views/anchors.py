"""The anchors of a pilot: which answers are judged again, when, and whether anybody's standard moved (R18)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from pilots import permissions
from pilots.actions import anchors as acts
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Pilot, ReviewPlan
from pilots.queries import anchors
from pilots.reading.redaction import redacted


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ReviewPlan
        fields = ("share", "second_share", "anchor_days")
        labels = {
            "share": "Looked at (%)",
            "second_share": "Second checks (%)",
            "anchor_days": "Anchors come back after (days)",
        }


@permission_required("pilots.view_pilot", raise_exception=True)
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """Read by whoever reads the pilot; set by who runs it."""
    pilot = get_object_or_404(Pilot, slug=slug)
    if request.method != "POST":
        return _page(request, pilot)
    person, now = cast(User, request.user), timezone.now()
    numbers = [int(text) for text in request.POST.getlist("number") if text.isdecimal() and len(text) < 19]
    form = PlanForm(request.POST) if "plan" in request.POST else None
    try:
        if form is not None:
            if not form.is_valid():
                return _page(request, pilot, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
            acts.plan(pilot=pilot, by=person, now=now, **form.cleaned_data)
            messages.success(request, "Set. It holds from the next answer on.")
        else:
            act: Callable[..., int] = acts.end if "end" in request.POST else acts.choose
            field = "numbers" if act is acts.end else "results"
            count = act(pilot=pilot, by=person, now=now, **{field: numbers})
            ended = "come back no more" if act is acts.end else "are judged again from now on"
            messages.success(request, f"{count} answer{'' if count == 1 else 's'}: they {ended}.")
    except NotAllowed as refusal:
        return _page(request, pilot, refusal=str(refusal), status=HTTPStatus.FORBIDDEN)
    except Refused as refusal:
        return _page(request, pilot, refusal=str(refusal), status=HTTPStatus.CONFLICT)
    return redirect("pilots:anchors", slug)


def _page(
    request: HttpRequest,
    pilot: Pilot,
    *,
    form: PlanForm | None = None,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    person, now = cast(User, request.user), timezone.now()
    may_run = permissions.may_run(person, pilot)
    found = anchors.load(pilot, now=now)
    context: dict[str, Any] = {
        "pilot": pilot,
        "found": found,
        "lines": [(line, redacted(line.anchor.result.case.input)) for line in found.lines],
        "people": [(each, each.may_be_named_to(person, may_run=may_run)) for each in found.drifts],
        "offered": [(each, redacted(each.case.input), redacted(each.answer)) for each in found.offered]
        if may_run
        else [],
        "form": (form or PlanForm(instance=found.plan)) if may_run else None,
        "may_run": may_run,
        "refusal": refusal,
    }
    return render(request, "pilots/review/anchors.html", context, status=status)
