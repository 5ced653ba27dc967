"""The page to sign on: the memo, and under it the decision."""

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
from pilots.actions.decisions import Terms
from pilots.actions.refusals import NotAllowed, Refused
from pilots.memos.structure import Memo
from pilots.models import Decision, FirstSignature, Pilot
from pilots.models.decision import DecisionOutcome, ExtendMode
from pilots.queries import memo as memos
from pilots.queries import pilot_page, signatures
from pilots.queries.memo.answers import authors
from pilots.queries.people import name
from pilots.views.memo_questions import asked

REVIEW_AFTER = timedelta(days=180)
FIELDS = {
    "reason_missing": "reason",
    "against_reason_missing": "against_reason",
    "extend_mode_missing": "extend_mode",
    "settles_missing": "settles",
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
    against_reason = forms.CharField(
        label="Why you decide against the flag",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The flag and your reason are shown side by side.",
    )
    extend_mode = forms.ChoiceField(
        label="Extend how?", required=False, choices=ExtendMode.choices, widget=forms.RadioSelect
    )
    extend_until = forms.DateField(
        label="New end of the window",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Needed to extend, and to simplify once the window is over.",
    )
    settles = forms.CharField(
        label="What it is to settle",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed to extend.",
    )
    removed_parts = forms.CharField(
        label="Parts that are removed",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed to simplify, and to extend with a narrower scope.",
    )
    lessons = forms.CharField(
        label="What was learned",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The next pilot starts from it.",
    )
    review_on = forms.DateField(
        label="Look at this decision again on",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Within twelve months.",
    )
    fingerprint = forms.CharField(widget=forms.HiddenInput)


@permission_required("pilots.view_pilot", raise_exception=True)
def sign(request: HttpRequest, slug: str) -> HttpResponse:
    """The page to sign on. Who may not sign reads who does. `?corrects=` names the decision that is corrected."""
    pilot = get_object_or_404(pilot_page.pilots(), slug=slug)
    person = cast(User, request.user)
    corrected = _corrected(request, pilot)
    if request.method == "POST":
        return _signed(request, pilot, person, corrected)
    if not permissions.may_sign(person, pilot) or person.pk in authors(pilot):
        return _page(request, pilot, status=HTTPStatus.FORBIDDEN)
    if not pilot.is_under_trial and corrected is None:
        return _page(request, pilot, status=HTTPStatus.CONFLICT)
    now = timezone.now()
    verdicts.judge(pilot_id=pilot.pk, now=now, of_record=True)  # a signature rests on a look of its own
    form = SignForm(initial={"review_on": (now.date() + REVIEW_AFTER).isoformat()})
    return _page(request, pilot, form=form, corrected=corrected)


def _corrected(request: HttpRequest, pilot: Pilot) -> Decision | None:
    number = request.GET.get("corrects", "")
    if not number.isdecimal():
        return None
    return get_object_or_404(Decision, pilot=pilot, pk=number)


def _signed(request: HttpRequest, pilot: Pilot, person: User, corrected: Decision | None) -> HttpResponse:
    form = SignForm(request.POST)
    if not form.is_valid() and permissions.may_sign(person, pilot):
        return _page(request, pilot, form=form, corrected=corrected, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = decisions.sign(
            pilot=pilot,
            terms=_terms(form.cleaned_data),
            fingerprint=form.cleaned_data.get("fingerprint", ""),
            by=person,
            now=timezone.now(),
            supersedes=corrected,
        )
    except NotAllowed as refusal:
        own = refusal.code == "proposer_cannot_sign"
        status = HTTPStatus.CONFLICT if own else HTTPStatus.FORBIDDEN
        return _page(request, pilot, refusal=str(refusal), status=status)
    except Refused as refusal:
        return _refused(request, pilot, form, refusal, corrected)
    if isinstance(made, FirstSignature):
        messages.warning(request, f"Signed by you. A second signer is needed: {made.needed_because}")
        return redirect("pilots:memo", slug=pilot.slug)
    messages.success(request, f"Signed: {made.get_outcome_display()}. Your reason is kept with it.")
    return redirect("pilots:decision", slug=pilot.slug, number=made.pk)


def _refused(
    request: HttpRequest, pilot: Pilot, form: SignForm, refusal: Refused, corrected: Decision | None
) -> HttpResponse:
    """The entries are kept, over the evidence that the page shows now."""
    field = FIELDS.get(refusal.code)
    if field:
        form.add_error(field, str(refusal))
        return _page(request, pilot, form=form, corrected=corrected, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    again = SignForm(form.data)
    return _page(
        request, pilot, form=again, corrected=corrected, refusal=str(refusal), status=HTTPStatus.CONFLICT
    )


def _terms(cleaned: dict[str, Any]) -> Terms:
    """What the action is asked; a field that was not valid is left empty, for an action that refuses the person first."""
    words = ("outcome", "reason", "against_reason", "extend_mode", "settles", "removed_parts", "lessons")
    return Terms(
        review_on=cleaned.get("review_on") or date.min,
        extend_until=cleaned.get("extend_until"),
        **{each: cleaned.get(each, "") for each in words},
    )


def _page(
    request: HttpRequest,
    pilot: Pilot,
    *,
    form: SignForm | None = None,
    corrected: Decision | None = None,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    memo = memos.load(pilot, now=timezone.now())
    is_open = (
        form is not None and (pilot.is_under_trial or corrected is not None) and memo.machine is not None
    )
    context = {
        "pilot": pilot,
        "memo": memo,
        "questions": asked(memo.answers, pilot),
        "form": form if is_open else None,
        "fingerprint": memo.fingerprint,
        "corrected": corrected,
        "closed_because": "" if is_open else _closed_because(pilot, cast(User, request.user), memo),
        "refusal": refusal if is_open else "",
        "first": signatures.open_first(pilot),
    }
    return render(request, "pilots/memo/sign.html", context, status=status)


def _closed_because(pilot: Pilot, person: User, memo: Memo) -> str:
    """Why there is nothing to fill in for this person, and what happens instead."""
    decider = name(pilot.decider)
    if pilot.is_settled:
        return "This pilot has been decided. There is nothing left to sign."
    if person.pk in {pilot.owner_id, pilot.deputy_id}:
        return f"You run this pilot, so you cannot sign its decision. {decider} signs."
    if not permissions.may_sign(person, pilot):
        return f"Only {decider} signs the decision of this pilot."
    if not pilot.is_frozen:
        return "This pilot has not started. There is nothing to sign yet."
    if memo.machine is None:
        return "This pilot has not been judged yet. The first verdict comes within a minute of the start."
    return "You wrote or proposed this memo, so somebody else must decide. An administrator can name another decider."
