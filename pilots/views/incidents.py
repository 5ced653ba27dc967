"""Report what stops a pilot at once, and take back a report that was wrong."""

from http import HTTPStatus
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilots import permissions
from pilots.actions import incidents
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Incident, Pilot
from pilots.models.incident import IncidentKind
from pilots.queries.board import UNDER_TRIAL

MEANING = {
    IncidentKind.CRITICAL: "The work did harm that may not happen again.",
    IncidentKind.DATA_LEAK: "Data reached somebody or something it must not reach.",
    IncidentKind.KILL_SWITCH: "Stop now, for a reason the numbers do not know.",
}


class IncidentForm(forms.Form):
    """Nothing is preselected."""

    kind = forms.ChoiceField(
        label="What happened",
        choices=[(kind.value, f"{kind.label}: {MEANING[kind]}") for kind in IncidentKind],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="In words",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What happened, to whom, and what was done. It is kept for good.",
    )


class WithdrawalForm(forms.Form):
    """Why a report was wrong."""

    reason = forms.CharField(label="Why the report was wrong", widget=forms.Textarea(attrs={"rows": 2}))


@permission_required("pilots.view_pilot", raise_exception=True)
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All reports of a pilot, and the form for who may report."""
    pilot = get_object_or_404(Pilot, slug=slug)
    if request.method != "POST":
        return _page(request, pilot, form=IncidentForm())
    form = IncidentForm(request.POST)
    if not form.is_valid():
        return _page(request, pilot, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        incidents.report(pilot=pilot, by=cast(User, request.user), now=timezone.now(), **form.cleaned_data)
    except NotAllowed as refusal:
        return _page(request, pilot, form=form, refusal=str(refusal), status=HTTPStatus.FORBIDDEN)
    except Refused as refusal:
        return _page(request, pilot, form=form, refusal=str(refusal), status=HTTPStatus.CONFLICT)
    messages.success(request, "Reported. The pilot is judged again; the flag will be stop.")
    return redirect(pilot)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A second person takes a report back."""
    pilot = get_object_or_404(Pilot, slug=slug)
    incident = get_object_or_404(Incident, pilot=pilot, pk=pk)
    try:
        incidents.withdraw(
            incident=incident,
            reason=request.POST.get("reason", ""),
            by=cast(User, request.user),
            now=timezone.now(),
        )
    except NotAllowed as refusal:
        return _page(request, pilot, form=IncidentForm(), refusal=str(refusal), status=HTTPStatus.FORBIDDEN)
    except Refused as refusal:
        return _page(request, pilot, form=IncidentForm(), refusal=str(refusal), status=HTTPStatus.CONFLICT)
    messages.success(request, "Taken back. Both rows are kept, and the pilot is judged again.")
    return redirect("pilots:incidents", slug=slug)


def _page(
    request: HttpRequest,
    pilot: Pilot,
    *,
    form: IncidentForm,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    person = cast(User, request.user)
    under_trial = pilot.state in UNDER_TRIAL
    may_decide = permissions.may_run(person, pilot) or permissions.may_sign(person, pilot)
    rows = (
        pilot.incidents.filter(withdraws__isnull=True)
        .select_related("reported_by", "token", "withdrawn_by__reported_by")
        .order_by("-happened_at", "-id")
    )
    context = {
        "pilot": pilot,
        "under_trial": under_trial,
        "form": form if under_trial and permissions.may_report(person, pilot) else None,
        "incidents": [
            (row, WithdrawalForm(auto_id=f"id_%s_{row.pk}"))
            if may_decide and not hasattr(row, "withdrawn_by") and row.reported_by_id != person.pk
            else (row, None)
            for row in rows
        ],
        "refusal": refusal,
    }
    return render(request, "pilots/incidents.html", context, status=status)
