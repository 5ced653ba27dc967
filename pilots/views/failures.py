"""The failure gallery: what went wrong, why, and what is done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from evaluations.models import Result, Suite
from evaluations.models.run import Texts
from pilots import permissions
from pilots.actions import failures as acts
from pilots.actions.refusals import Refused
from pilots.charts.pareto import Bar, pareto
from pilots.models import Failure, Pilot
from pilots.models.failure import FailureStatus, FailureType, Severity
from pilots.queries import failures as galleries
from pilots.queries import text_policy
from pilots.queries.memo.search import search
from pilots.reading.redaction import redacted

CHOICES = {"type": FailureType.choices, "severity": Severity.choices, "status": FailureStatus.choices}
NO_CAUSE = "No cause named yet"
MOST_CAUSES = 12


@dataclass(frozen=True)
class Card:
    """One failure, its excerpts redacted. `may_promote` where a test case can be made of it."""

    failure: Failure
    input: str
    output: str
    expected: str
    may_promote: bool


@dataclass(frozen=True)
class Missed:
    """An answer of a run that no failure is about."""

    result: Result
    input: str
    output: str


@permission_required("pilots.view_pilot", raise_exception=True)
def gallery(request: HttpRequest, slug: str) -> HttpResponse:
    """Silent failures first; filters live in the address, under the names of the API."""
    pilot = get_object_or_404(Pilot, slug=slug)
    given = {name: request.GET.get(name, "") for name in galleries.FILTERS}
    page = request.GET.get("page", "")
    found = galleries.load(pilot, given=given, page=int(page) if page.isdecimal() and len(page) < 6 else 1)
    may_run = permissions.may_run(request.user, pilot)
    context = {
        "pilot": pilot,
        "found": found,
        "given": given,
        "cards": [_card(failure, may_promote=may_run and bool(found.suites)) for failure in found.failures],
        "missed": [
            Missed(result, redacted(result.case.input), redacted(result.words)) for result in found.unrecorded
        ],
        "chart": _pareto(found.causes),
        "lacks": search(pilot, failures=found.ratio.failures).lacks if pilot.is_under_trial else "",
        "selects": _selects(given),
        "choices": CHOICES,
        "may_tag": permissions.may_report(request.user, pilot),
        "may_picture": permissions.may_report(request.user, pilot)
        and text_policy.stored_as(pilot) == Texts.AS_IS,
    }
    return render(request, "pilots/failures.html", context)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """The ticked failures get the chosen tags, or the ticked answers are recorded with them."""
    pilot = get_object_or_404(Pilot, slug=slug)
    act, field = (acts.take_over, "result") if "take_over" in request.POST else (acts.tag, "failure")
    try:
        count = act(
            pilot=pilot,
            numbers=_numbers(request.POST.getlist(field)),
            values=request.POST.dict(),
            by=cast(User, request.user),
            now=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{count} failure{'' if count == 1 else 's'} sorted.")
    return redirect("pilots:failures", slug)


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def promote(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One more case in a suite of the pilot."""
    failure = get_object_or_404(Failure, pk=pk, pilot__slug=slug)
    suites = Suite.objects.filter(versions__in=failure.pilot.schedules.values("suite_version")).distinct()
    suite = get_object_or_404(suites, slug=request.POST.get("suite", ""))
    try:
        version = acts.promote(failure=failure, suite=suite, by=cast(User, request.user), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            f"It is a case of {suite.name}, version {version.number}. Choose that version in the schedule.",
        )
    return redirect("pilots:failures", slug)


def _card(failure: Failure, *, may_promote: bool) -> Card:
    whole = bool(failure.input.strip() and failure.expected.strip() and not failure.result_id)
    return Card(
        failure=failure,
        input=redacted(failure.input),
        output=redacted(failure.output),
        expected=redacted(failure.expected),
        may_promote=may_promote and whole,
    )


def _pareto(causes: Sequence[galleries.Cause]) -> str:
    if not causes:
        return ""
    bars = [
        Bar(name=cause.name or NO_CAUSE, count=cause.count, silent=cause.silent)
        for cause in causes[:MOST_CAUSES]
    ]
    return pareto(bars, title="Failures by cause")


def _selects(given: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": name, "label": name.capitalize(), "choices": choices, "chosen": given[name]}
        for name, choices in CHOICES.items()
    ]


def _numbers(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 19]
