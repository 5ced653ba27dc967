"""What somebody writes down about a pilot, from its page."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from pilots import permissions
from pilots.actions import journal
from pilots.actions.refusals import Refused
from pilots.models import Pilot
from pilots.models.journal import EntryKind


def context(request: HttpRequest, pilot: Pilot) -> dict[str, object]:
    """What the form on the pilot's page needs; no kinds for who may not write."""
    may_note = permissions.may_report(request.user, pilot)
    return {"note_kinds": EntryKind.choices if may_note else [], "today": timezone.now().date()}


@permission_required("pilots.view_pilot", raise_exception=True)
@require_POST
def note(request: HttpRequest, slug: str) -> HttpResponse:
    """Keeps a note, or a change that every chart marks."""
    pilot, now = get_object_or_404(Pilot, slug=slug), timezone.now()
    try:
        happened_on = parse_date(request.POST.get("happened_on", ""))
    except ValueError:
        happened_on = None
    try:
        journal.write(
            pilot=pilot,
            kind=request.POST.get("kind", ""),
            text=request.POST.get("text", ""),
            happened_on=happened_on or now.date(),
            by=cast(User, request.user),
            now=now,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Written down. It stays as it is.")
    return redirect(pilot)
