"""The review queue: one answer at a time, judged by a person whose active time is counted (S5, R17)."""

import math
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilots import permissions
from pilots.actions import sittings
from pilots.actions.refusals import NotAllowed, Refused
from pilots.actions.sittings import Judgement
from pilots.models import Pilot, Sitting
from pilots.models.failure import Severity
from pilots.models.review import ReviewVerdict
from pilots.models.sitting import Turn
from pilots.queries import review_queue
from pilots.queries.review_metrics import metric_of
from pilots.reading.redaction import redacted

LONGEST = 20_000
VERDICTS = (
    (ReviewVerdict.ACCEPTED, "Accept", "It can be used as it is."),
    (ReviewVerdict.CORRECTED, "Rework", "It can be used once somebody has corrected it."),
    (ReviewVerdict.REJECTED, "Reject", "It cannot be used."),
)
CORRECT = {"": None, "yes": True, "no": False}


@permission_required("pilots.view_pilot", raise_exception=True)
def inbox(request: HttpRequest) -> HttpResponse:
    """Pilots with answers that nobody has looked at."""
    waiting = review_queue.of_person(cast(User, request.user))
    return render(request, "pilots/review/inbox.html", {"waiting": waiting})


@permission_required("pilots.view_pilot", raise_exception=True)
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """The answer that she has before her, or how many wait."""
    return _page(request, get_object_or_404(Pilot, slug=slug))


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def take(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_object_or_404(Pilot, slug=slug)
    try:
        sittings.take(pilot=pilot, by=cast(User, request.user), now=timezone.now())
    except Refused as refusal:
        return _page(request, pilot, refusal=refusal)
    return redirect("pilots:review", slug)


@permission_required("pilots.view_pilot", raise_exception=True)
def judge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Keeps what she says of it, or leaves it to somebody else; then the next."""
    if request.method != "POST":  # a page that said why it was refused, loaded again
        return redirect("pilots:review", slug)
    sitting = get_object_or_404(Sitting.objects.select_related("pilot"), pk=number, pilot__slug=slug)
    person, now = cast(User, request.user), timezone.now()
    try:
        if "skip" in request.POST:
            sittings.skip(sitting=sitting, by=person, now=now)
        else:
            done = sittings.judge(sitting=sitting, judgement=_judgement(request), by=person, now=now)
            said = "Kept." if done.is_new else "It was kept already."
            messages.success(request, f"{said} {done.uncounted}".rstrip())
        if "stop" not in request.POST:
            sittings.take(pilot=sitting.pilot, by=person, now=now)
    except Refused as refusal:
        return _page(request, sitting.pilot, refusal=refusal)
    return redirect("pilots:review", slug)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def active(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A sign of life of the page with what its timer says. 409 once she has the answer no more."""
    sitting = get_object_or_404(Sitting, pk=number, pilot__slug=slug)
    claimed = _seconds(request.POST.get("active", ""))
    if claimed is None:
        return JsonResponse({"detail": "Send active as seconds."}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        found = sittings.beat(
            sitting=sitting, claimed_seconds=claimed, by=cast(User, request.user), now=timezone.now()
        )
    except NotAllowed as refusal:
        return JsonResponse({"detail": str(refusal)}, status=HTTPStatus.FORBIDDEN)
    except Refused as refusal:
        return JsonResponse({"detail": str(refusal)}, status=HTTPStatus.CONFLICT)
    return JsonResponse({"active_seconds": float(found.active_seconds)})


def _page(request: HttpRequest, pilot: Pilot, *, refusal: Refused | None = None) -> HttpResponse:
    person, now = cast(User, request.user), timezone.now()
    may_review = permissions.may_report(person, pilot) and pilot.is_under_trial
    sitting = review_queue.open_sitting(pilot, person) if may_review else None
    context: dict[str, Any] = {
        "pilot": pilot,
        "may_review": may_review,
        "sitting": sitting,
        "waiting": review_queue.waiting(pilot, person, now=now) if may_review else 0,
        "day": review_queue.today(pilot, person, now=now),
        "is_counted": metric_of(pilot, Turn.FIRST) is not None,
        "may_run": permissions.may_run(person, pilot),
        "refusal": str(refusal or ""),
        "idle": settings.PILOT_REVIEW_IDLE_SECONDS,
    }
    if sitting:
        context |= {
            "asked": _asked(sitting),
            "answer": redacted(sitting.result.answer, longest=LONGEST),
            "expected": _expected(sitting),
            "verdicts": VERDICTS,
            "severities": Severity.choices,
            "given": request.POST if refusal else {},
        }
    status = HTTPStatus.OK
    if refusal:
        status = HTTPStatus.FORBIDDEN if isinstance(refusal, NotAllowed) else HTTPStatus.CONFLICT
    return render(request, "pilots/review/queue.html", context, status=status)


def _asked(sitting: Sitting) -> list[tuple[str, str]]:
    """Who said what; one line where it is a single question."""
    case = sitting.result.case
    if not case.messages:
        return [("", redacted(case.input, longest=LONGEST))]
    return [
        (str(each.get("role", "")), redacted(str(each.get("content", "")), longest=LONGEST))
        for each in case.messages
    ]


def _expected(sitting: Sitting) -> str:
    expected = sitting.result.case.expected
    if isinstance(expected, list):
        expected = " or ".join(map(str, expected))
    return redacted(str(expected or ""), longest=LONGEST)


def _judgement(request: HttpRequest) -> Judgement:
    """Raises Refused for minutes that are no number."""
    given = request.POST
    return Judgement(
        verdict=given.get("verdict", ""),
        note=given.get("note", ""),
        severity=given.get("severity", ""),
        correct=CORRECT.get(given.get("correct", "")),
        failure="failure" in given,
        claimed_seconds=_seconds(given.get("active", "")),
        stated_minutes=_minutes(given.get("minutes", "")),
    )


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _minutes(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        minutes = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        minutes = Decimal("NaN")
    if not minutes.is_finite():
        raise Refused("Give the minutes as a number, such as 2.5.", code="minutes_no_number")
    return minutes
