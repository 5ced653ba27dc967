"""The page on which numbers from before are entered: what is there already, a try without storing, and the entry."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from unfold.decorators import action

from pilots.actions import baselines
from pilots.actions.measurement_report import Report
from pilots.actions.measurements import RejectedBatch
from pilots.actions.refusals import Refused
from pilots.admin.acts import confirming
from pilots.admin.acts.forms import BaselineForm
from pilots.models import Pilot
from pilots.queries import baselines as before

SHOWN = "admin/pilots/pilot/baseline.html"
FAULTS_SHOWN = 10


@action(description="Baseline", icon="history_toggle_off")
def baseline(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    pilot = confirming.to_run(self, request, object_id)
    if "baseline" not in confirming.OFFERED[pilot.state]:
        messages.warning(request, f"{pilot} is {pilot.get_state_display().lower()}, so this cannot be done.")
        return confirming.back(pilot)
    sent = request.method == "POST"
    form = BaselineForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        pilot=pilot,
        initial=request.GET.dict(),
    )
    tried = None
    if sent and form.is_valid():
        only_try = "try" in request.POST
        tried = _entered(form, pilot, by=request.user, dry_run=only_try)
        if tried and not only_try:
            messages.success(request, f"{tried.created} values are kept{_again(tried)}.")
            return redirect(request.path)
    details = {
        "title": "The numbers from before",
        "form": form,
        "lines": before.of_pilot(pilot),
        "tried": tried,
        "again": _again(tried) if tried else "",
    }
    return confirming.page(self, request, pilot, SHOWN, details)


def _again(report: Report) -> str:
    return f"; {report.duplicates} were known already" if report.duplicates else ""


def _entered(form: BaselineForm, pilot: Pilot, *, by: Any, dry_run: bool) -> Report | None:
    """None when it was refused; the form then says why."""
    try:
        return baselines.enter(pilot=pilot, by=by, now=timezone.now(), dry_run=dry_run, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except RejectedBatch as rejected:
        faulty = [item for item in rejected.report.items if item.errors]
        for item in faulty[:FAULTS_SHOWN]:
            form.add_error("text", f"Value {item.index + 1}: {item.errors[0]['message']}")
        if len(faulty) > FAULTS_SHOWN:
            form.add_error("text", f"And {len(faulty) - FAULTS_SHOWN} more. Nothing was stored.")
    return None
