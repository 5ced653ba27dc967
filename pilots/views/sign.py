from datetime import date, timedelta
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
from pilots.actions import decisions, verdicts
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Pilot
from pilots.models.decision import DecisionOutcome
from pilots.queries import pilot_page
from pilots.queries.board import UNDER_TRIAL
from pilots.queries.facts.charter import blockers
from pilots.queries.verdicts import newest
from pilots.views.evidence import evidence

CONSEQUENCES = {
    DecisionOutcome.GO: "The pilot ends and the model goes into regular use.",
    DecisionOutcome.EXTEND: "The pilot runs on until a new date, to settle what is still open.",
    DecisionOutcome.SIMPLIFY: "The pilot runs on without the parts you name.",
    DecisionOutcome.STOP: "The pilot ends and the fallback takes over. A clean stop is a good result.",
}
REVIEW_AFTER = timedelta(days=180)
FIELDS = {
    "reason_missing": "reason",
    "removed_parts_missing": "removed_parts",
    "extend_date": "extend_until",
    "review_date": "review_on",
}
"""Where a refusal of the action is shown, by its code; any other stands over the page."""


class SignForm(forms.Form):
    """What a decider fills in. Nothing is preselected; the action checks what belongs to which outcome."""

    outcome = forms.ChoiceField(label="Decision", choices=DecisionOutcome.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="In your own words. It stands beside your signature for good.",
    )
    extend_until = forms.DateField(
        label="New end of the window",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Needed to extend.",
    )
    removed_parts = forms.CharField(
        label="Parts that are removed",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed to simplify.",
    )
    review_on = forms.DateField(
        label="Look at this decision again on",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Within twelve months.",
    )
    evidence_hash = forms.CharField(widget=forms.HiddenInput)


@permission_required("pilots.view_pilot", raise_exception=True)
def sign(request: HttpRequest, slug: str) -> HttpResponse:
    """The page to sign on. Who may not sign reads who does."""
    pilot = get_object_or_404(pilot_page.pilots(), slug=slug)
    person = cast(User, request.user)
    if request.method == "POST":
        return _signed(request, pilot, person)
    if not permissions.may_sign(person, pilot):
        return _page(request, pilot, status=HTTPStatus.FORBIDDEN)
    if pilot.state not in UNDER_TRIAL:
        return _page(request, pilot, status=HTTPStatus.CONFLICT)
    now = timezone.now()
    verdicts.judge(pilot_id=pilot.pk, now=now, of_record=True)  # a signature rests on a look of its own
    return _page(request, pilot, form=_empty_form(pilot, today=now.date()))


def _signed(request: HttpRequest, pilot: Pilot, person: User) -> HttpResponse:
    form = SignForm(request.POST)
    if not form.is_valid() and permissions.may_sign(person, pilot):
        return _page(request, pilot, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        decision = decisions.sign(pilot=pilot, by=person, now=timezone.now(), **_fields(form.cleaned_data))
    except NotAllowed as refusal:
        own = refusal.code == "proposer_cannot_sign"
        return _page(request, pilot, status=HTTPStatus.CONFLICT if own else HTTPStatus.FORBIDDEN)
    except Refused as refusal:
        return _refused(request, pilot, form, refusal)
    messages.success(request, f"Signed: {decision.get_outcome_display()}. Your reason is kept with it.")
    return redirect(pilot)


def _refused(request: HttpRequest, pilot: Pilot, form: SignForm, refusal: Refused) -> HttpResponse:
    """The entries are kept, over the evidence that the page shows now."""
    field = FIELDS.get(refusal.code)
    if field:
        form.add_error(field, str(refusal))
        return _page(request, pilot, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    again = _renewed(form, pilot)
    return _page(request, pilot, form=again, refusal=str(refusal), status=HTTPStatus.CONFLICT)


def _fields(cleaned: dict[str, Any]) -> dict[str, Any]:
    """What the action is asked; a field that was not valid is left empty, for an action that refuses the person first."""
    words = {name: cleaned.get(name, "") for name in ("outcome", "reason", "evidence_hash", "removed_parts")}
    return words | {name: cleaned.get(name) for name in ("review_on", "extend_until")}


def _empty_form(pilot: Pilot, *, today: date) -> SignForm:
    verdict = newest(pilot)
    return SignForm(
        initial={
            "evidence_hash": verdict.evidence_hash if verdict else "",
            "review_on": (today + REVIEW_AFTER).isoformat(),
        }
    )


def _renewed(form: SignForm, pilot: Pilot) -> SignForm:
    verdict = newest(pilot)
    data = dict(form.data.items())
    data["evidence_hash"] = verdict.evidence_hash if verdict else ""
    return SignForm(data)


def _page(
    request: HttpRequest,
    pilot: Pilot,
    *,
    form: SignForm | None = None,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = evidence(pilot, now=timezone.now())
    is_open = form is not None and pilot.state in UNDER_TRIAL and context["verdict"] is not None
    context |= {
        "form": form if is_open else None,
        "closed_because": "" if is_open else _closed_because(pilot, cast(User, request.user)),
        "refusal": refusal,
        "choices": [
            (value, label, CONSEQUENCES[DecisionOutcome(value)]) for value, label in DecisionOutcome.choices
        ],
        "blockers": blockers(pilot),
    }
    return render(request, "pilots/sign.html", context, status=status)


def _closed_because(pilot: Pilot, person: User) -> str:
    """Why there is nothing to fill in for this person, and what happens instead."""
    decider = pilot.decider.get_full_name() or pilot.decider.get_username()
    if pilot.is_settled:
        return "This pilot has been decided. There is nothing left to sign."
    if person.pk in {pilot.owner_id, pilot.deputy_id}:
        return f"You run this pilot, so you cannot sign its decision. {decider} signs."
    if not permissions.may_sign(person, pilot):
        return f"Only {decider} signs the decision of this pilot."
    if not pilot.is_frozen:
        return "This pilot has not started. There is nothing to sign yet."
    return "This pilot has not been judged yet. The first verdict comes within a minute of the start."
