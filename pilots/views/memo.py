"""The decision memo: read by all, written by who runs the pilot, kept as it was signed."""

from http import HTTPStatus
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilots import permissions
from pilots.actions import memos
from pilots.actions.refusals import NotAllowed, Refused
from pilots.memos.structure import Document
from pilots.models import Decision, Pilot
from pilots.models.decision import DecisionOutcome
from pilots.queries import memo as queries
from pilots.queries import pilot_page, signatures
from pilots.queries.people import name
from pilots.views import memo_files
from pilots.views.memo_questions import AnswerForm, Asked, CommentForm, comment_form, to_write

MEMO = "pilots:memo"


class ProposalForm(forms.Form):
    """What the author recommends to the decider. Nothing is preselected."""

    recommends = forms.ChoiceField(
        label="You recommend", choices=DecisionOutcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 3}))


@permission_required("pilots.view_pilot", raise_exception=True)
def memo(request: HttpRequest, slug: str) -> HttpResponse:
    """The memo as it would be signed now."""
    return _page(request, _pilot(slug))


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def answer(request: HttpRequest, slug: str, question: str) -> HttpResponse:
    """Keeps one answer."""
    pilot = _pilot(slug)
    person = cast(User, request.user)
    form = AnswerForm(
        request.POST, evidence=queries.available(pilot), prefix=question, auto_id=f"{question}_%s"
    )
    if not form.is_valid() and permissions.may_run(person, pilot):
        return _page(request, pilot, wrong={question: form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    given = form.cleaned_data
    try:
        memos.answer(
            pilot=pilot,
            question=question,
            text=given.get("text", ""),
            confidence=given.get("confidence", ""),
            evidence=given.get("evidence", []),
            by=person,
            now=timezone.now(),
        )
    except Refused as refusal:
        return _refused(request, pilot, refusal)
    messages.success(request, "Kept. The answer before it stays in the history.")
    return redirect(MEMO, slug=slug)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def comment(request: HttpRequest, slug: str, question: str) -> HttpResponse:
    """Keeps a remark beside a question."""
    pilot = _pilot(slug)
    person = cast(User, request.user)
    form = comment_form(question, request.POST)
    if not form.is_valid() and permissions.may_comment(person, pilot):
        wrong = {question: form}
        return _page(request, pilot, wrong_comment=wrong, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    text = form.cleaned_data.get("comment", "")
    try:
        memos.comment(pilot=pilot, question=question, text=text, by=person, now=timezone.now())
    except Refused as refusal:
        return _refused(request, pilot, refusal)
    messages.success(request, "Kept, beside the question.")
    return redirect(f"{reverse(MEMO, args=[slug])}#q-{question}")


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Hands the memo to the decider."""
    pilot = _pilot(slug)
    person = cast(User, request.user)
    form = ProposalForm(request.POST, auto_id="proposal_%s")
    if not form.is_valid() and permissions.may_run(person, pilot):
        return _page(request, pilot, proposal=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    given = form.cleaned_data
    try:
        memos.propose(
            pilot=pilot,
            recommends=given.get("recommends", ""),
            note=given.get("note", ""),
            by=person,
            now=timezone.now(),
        )
    except Refused as refusal:
        return _refused(request, pilot, refusal)
    messages.success(request, f"Handed over. {name(pilot.decider)} decides; you do not.")
    return redirect(MEMO, slug=slug)


@permission_required("pilots.view_pilot", raise_exception=True)
def export(request: HttpRequest, slug: str, shape: str) -> HttpResponse:
    """The memo as it would be signed now, as a file that says that it is not signed."""
    document = Document(memo=queries.load(_pilot(slug), now=timezone.now()))
    return memo_files.answer(document, shape, name=f"{slug}-memo-draft")


@permission_required("pilots.view_pilot", raise_exception=True)
def signed(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What was signed, as it was read."""
    decision = _decision(slug, number)
    document = _document(decision)
    context = {
        "pilot": decision.pilot,
        "decision": decision,
        "document": document,
        "memo": document.memo,
        "questions": [Asked(each) for each in document.memo.answers],
        "signature": document.signature,
        "kept": decision.memo,
        "newer": getattr(decision, "superseded_by", None),
    }
    return render(request, "pilots/memo/signed.html", context)


@permission_required("pilots.view_pilot", raise_exception=True)
def signed_file(request: HttpRequest, slug: str, number: int, shape: str) -> HttpResponse:
    """The frozen memo as a file; the PDF is the one that was made at the signature, byte for byte, as long as everybody
    who is named in it is known."""
    decision = _decision(slug, number)
    name = f"{slug}-decision-{number}"
    document = _document(decision)
    if shape == "pdf" and decision.memo.pdf:
        return memo_files.attachment(bytes(decision.memo.pdf), "application/pdf", f"{name}.pdf")
    return memo_files.answer(document, shape, name=name)


def _pilot(slug: str) -> Pilot:
    return get_object_or_404(pilot_page.pilots(), slug=slug)


def _decision(slug: str, number: int) -> Decision:
    found = Decision.objects.select_related("pilot", "memo", "signed_by", "superseded_by")
    return get_object_or_404(found, pilot__slug=slug, pk=number)


def _document(decision: Decision) -> Document:
    """Decisions from before memos were kept have none."""
    if not hasattr(decision, "memo"):
        raise Http404("No memo was kept with this decision.")
    return Document.read(decision.memo.data, decision.memo.persons)


def _refused(request: HttpRequest, pilot: Pilot, refusal: Refused) -> HttpResponse:
    status = HTTPStatus.FORBIDDEN if isinstance(refusal, NotAllowed) else HTTPStatus.CONFLICT
    return _page(request, pilot, refusal=str(refusal), status=status)


def _page(
    request: HttpRequest,
    pilot: Pilot,
    *,
    wrong: dict[str, AnswerForm] | None = None,
    wrong_comment: dict[str, CommentForm] | None = None,
    proposal: ProposalForm | None = None,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    person, now = cast(User, request.user), timezone.now()
    loaded = queries.load(pilot, now=now)
    writes = pilot.is_under_trial and permissions.may_run(person, pilot)
    context = {
        "pilot": pilot,
        "memo": loaded,
        "questions": to_write(
            loaded.answers,
            pilot,
            evidence=queries.available(pilot) if writes else None,
            comments_too=pilot.is_under_trial and permissions.may_comment(person, pilot),
            wrong=wrong or {},
            wrong_comment=wrong_comment or {},
        ),
        "proposal_form": (proposal or ProposalForm(auto_id="proposal_%s")) if writes else None,
        "may_sign": permissions.may_sign(person, pilot) and pilot.is_under_trial,
        "first": signatures.open_first(pilot),
        "decisions": pilot.decisions.select_related("signed_by", "memo"),
        "removal": getattr(pilot, "removal", None),
        "refusal": refusal,
    }
    return render(request, "pilots/memo/memo.html", context, status=status)
