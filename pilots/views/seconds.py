"""The page of the second signer: what was signed first, on the memo that was read then."""

from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilots import permissions
from pilots.actions import seconds
from pilots.actions.refusals import NotAllowed, Refused
from pilots.memos.structure import Memo
from pilots.models import FirstSignature
from pilots.views.memo_questions import asked


@permission_required("pilots.view_pilot", raise_exception=True)
def first(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The first signature, and for who may the second."""
    return _page(request, _first(slug, number))


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def second(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _first(slug, number)
    try:
        decision = seconds.second(first=found, by=cast(User, request.user), now=timezone.now())
    except Refused as refusal:
        return _refused(request, found, refusal)
    messages.success(request, f"Signed by both: {decision.get_outcome_display()}.")
    return redirect("pilots:decision", slug=slug, number=decision.pk)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def decline(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _first(slug, number)
    try:
        answer = seconds.decline(
            first=found,
            reason=request.POST.get("reason", ""),
            by=cast(User, request.user),
            now=timezone.now(),
        )
    except Refused as refusal:
        return _refused(request, found, refusal)
    messages.success(request, f"{answer.get_kind_display()}. Nothing follows from the first signature.")
    return redirect("pilots:memo", slug=slug)


def _first(slug: str, number: int) -> FirstSignature:
    found = FirstSignature.objects.select_related("pilot", "signed_by", "verdict", "answer__by")
    return get_object_or_404(found, pilot__slug=slug, pk=number)


def _refused(request: HttpRequest, found: FirstSignature, refusal: Refused) -> HttpResponse:
    status = HTTPStatus.FORBIDDEN if isinstance(refusal, NotAllowed) else HTTPStatus.CONFLICT
    return _page(request, found, refusal=str(refusal), status=status)


def _page(
    request: HttpRequest, found: FirstSignature, *, refusal: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    person, answered = cast(User, request.user), hasattr(found, "answer")
    own = person.pk == found.signed_by_id
    memo = Memo.read(found.memo, found.persons)
    context = {
        "pilot": found.pilot,
        "first": found,
        "memo": memo,
        "questions": asked(memo.answers, found.pilot),
        "may_second": not answered and not own and permissions.may_sign_second(person, found.pilot),
        "may_withdraw": not answered and own,
        "refusal": refusal,
    }
    return render(request, "pilots/memo/first.html", context, status=status)
