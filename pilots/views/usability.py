"""How usable it is, said by one person on the pilot's page."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilots import permissions
from pilots.actions import usability
from pilots.actions.refusals import Refused
from pilots.models import Pilot
from pilots.models.usability import HIGHEST, LOWEST
from pilots.queries.usability import of_pilot

WORDS = {1: "a hindrance", 2: "rather a hindrance", 3: "neither", 4: "rather a help", 5: "a help"}


def context(request: HttpRequest, pilot: Pilot) -> dict[str, object]:
    """What is known, and the form: without choices for who may not say."""
    may_rate = pilot.is_under_trial and permissions.may_report(request.user, pilot)
    choices = [(score, f"{score}, {WORDS[score]}") for score in range(LOWEST, HIGHEST + 1)]
    return {"usability": of_pilot(pilot), "usability_choices": choices if may_rate else []}


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def rate(request: HttpRequest, slug: str) -> HttpResponse:
    pilot, given = get_object_or_404(Pilot, slug=slug), request.POST.get("score", "")
    try:
        usability.rate(
            pilot=pilot,
            score=int(given) if given in map(str, WORDS) else None,
            comment=request.POST.get("comment", ""),
            by=cast(User, request.user),
            now=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Kept. Your newest score counts.")
    return redirect(pilot)
