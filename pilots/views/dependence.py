"""The dependence of a pilot on its models, and the answer to an alarm."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from evaluations.actions.canaries import CanaryRefused
from evaluations.models import CanaryLook
from pilots.actions import alarms
from pilots.models import Pilot
from pilots.queries.dependence import Dependence
from pilots.queries.drills import Level

BADGES = {Level.NONE: "broken", Level.PLANNED: "due", Level.STALE: "due", Level.READY: "met"}


def context(found: Dependence) -> dict[str, Any]:
    """What templates/pilots/evidence/dependence.html needs."""
    return {
        "dependence": found,
        "readiness_badge": BADGES[found.readiness.level],
    }


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def accept_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Somebody looked into a silent change: what the model answers now is the new baseline."""
    pilot = get_object_or_404(Pilot, slug=slug)
    look = get_object_or_404(CanaryLook, pk=pk, deployment__in=pilot.candidates.values("deployment"))
    person, reason = cast(User, request.user), request.POST.get("reason", "")
    try:
        alarms.accept(look=look, reason=reason, by=person, now=timezone.now())
    except CanaryRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Accepted. The next look is the new baseline.")
    return redirect(pilot)
