"""A reminder to who runs a pilot, from its page or from the board."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from pilots.actions import nudges
from pilots.actions.refusals import Refused
from pilots.models import Pilot


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def nudge(request: HttpRequest, slug: str) -> HttpResponse:
    """Sends it, or says why not."""
    pilot = get_object_or_404(Pilot, slug=slug)
    try:
        nudges.nudge(pilot=pilot, by=cast(User, request.user), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"Reminded. It stands in the log of {pilot.name}; another can follow in a day."
        )
    return redirect(pilot)
