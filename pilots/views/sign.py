from datetime import timedelta
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
from pilots.actions import decisions
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Pilot
from pilots.models.decision import DecisionOutcome
from pilots.models.pilot import State
from pilots.queries import pilot_page
from pilots.queries.facts.charter import blockers
from pilots.views.results import lines

CONSEQUENCES = {
    DecisionOutcome.GO: "The pilot ends and the model goes into regular use. Needs a named operator and a removal plan.",
    DecisionOutcome.EXTEND: "The pilot runs on until a new date, to settle what is still open.",
    DecisionOutcome.SIMPLIFY: "The pilot runs on without the parts you name.",
    DecisionOutcome.STOP: "The pilot ends and the fallback takes over. Stopping with clear eyes is a good result.",
}
REVIEW_AFTER = timedelta(days=180)


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
        help_text="For extend.",
    )
    removed_parts = forms.CharField(
        label="Parts that are removed",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For simplify.",
    )
    review_on = forms.DateField(
        label="Review of this decision on",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Within twelve months.",
    )
    evidence_hash = forms.CharField(widget=forms.HiddenInput)


@permission_required("pilots.view_pilot", raise_exception=True)
def sign(request: HttpRequest, slug: str) -> HttpResponse:
    """The decision memo's form. Who may not sign is told who does."""
    pilot = get_object_or_404(Pilot.objects.select_related("owner", "decider"), slug=slug)
    person = cast(User, request.user)
    if request.method == "POST":
        return _signed(request, pilot, person)
    if not permissions.may_sign(person, pilot) or pilot.state not in (State.RUNNING, State.PAUSED):
        return _page(request, pilot, form=None, status=HTTPStatus.FORBIDDEN)
    verdict = pilot_page.newest(pilot)
    initial = {
        "evidence_hash": verdict.evidence_hash if verdict else "",
        "review_on": (timezone.now() + REVIEW_AFTER).date().isoformat(),
    }
    return _page(request, pilot, form=SignForm(initial=initial))


def _signed(request: HttpRequest, pilot: Pilot, person: User) -> HttpResponse:
    form = SignForm(request.POST)
    if not form.is_valid() and permissions.may_sign(person, pilot):
        return _page(request, pilot, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        decision = decisions.sign(pilot=pilot, by=person, now=timezone.now(), **_fields(form.cleaned_data))
    except NotAllowed as refusal:
        own = refusal.code == "proposer_cannot_sign"
        status = HTTPStatus.CONFLICT if own else HTTPStatus.FORBIDDEN
        return _page(request, pilot, form=None, refusal=str(refusal), status=status)
    except Refused as refusal:
        return _page(
            request, pilot, form=_renewed(form, pilot), refusal=str(refusal), status=HTTPStatus.CONFLICT
        )
    messages.success(
        request, f"Signed: {decision.get_outcome_display().lower()}. Your reason is kept with it."
    )
    return redirect(pilot)


def _fields(cleaned: dict[str, Any]) -> dict[str, Any]:
    names = ("outcome", "reason", "evidence_hash", "review_on", "extend_until", "removed_parts")
    return {
        name: cleaned.get(name, "" if name not in ("review_on", "extend_until") else None) for name in names
    }


def _renewed(form: SignForm, pilot: Pilot) -> SignForm:
    """The same entries over the evidence that the page now shows."""
    verdict = pilot_page.newest(pilot)
    data = form.data.copy()  # type: ignore[union-attr]
    data["evidence_hash"] = verdict.evidence_hash if verdict else ""
    return SignForm(data)


def _page(
    request: HttpRequest,
    pilot: Pilot,
    *,
    form: SignForm | None,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    page = pilot_page.load(pilot, now=timezone.now())
    context = {
        "pilot": pilot,
        "page": page,
        "verdict": page.verdict,
        "judged": page.judged,
        "criteria": lines(page.criteria),
        "form": form,
        "refusal": refusal,
        "choices": [
            (value, label, CONSEQUENCES[DecisionOutcome(value)]) for value, label in DecisionOutcome.choices
        ],
        "blockers": blockers(pilot),
        "is_proposer": request.user.pk in {pilot.owner_id, pilot.deputy_id},
        "decided": pilot.state == State.DECIDED,
    }
    return render(request, "pilots/sign.html", context, status=status)
