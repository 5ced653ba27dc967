from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from pilots import permissions
from pilots.queries import alarms, nudges, pilot_page, reach
from pilots.queries import dependence as dependences
from pilots.queries.board import UNDER_TRIAL
from pilots.queries.signed import evidence_change
from pilots.views import dependence, notes, usability
from pilots.views.candidates import comparisons
from pilots.views.evidence import evidence
from pilots.views.runs import run_lines
from pilots.views.windows import bar


@permission_required("pilots.view_pilot", raise_exception=True)
def pilot(request: HttpRequest, slug: str) -> HttpResponse:
    """One pilot: the verdict in a sentence, before and after, each criterion against its line, what was done."""
    now = timezone.now()
    found = get_object_or_404(pilot_page.pilots(), slug=slug)
    under_trial, may_run = found.state in UNDER_TRIAL, permissions.may_run(request.user, found)
    alarm = alarms.of_pilot(found) if may_run else None
    context = evidence(found, now=now, model_only=request.GET.get("latency") == "model")
    context |= {
        "changed": evidence_change(found),
        "runs": run_lines(context["page"]),
        "reach": reach.reach(found, now=now, was_asked=bool(context["page"].runs)),
        "window": bar(found, today=now.date(), width=360, labels=True),
        "days_left": found.days_left(now.date()),
        "under_trial": under_trial,
        "may_run": may_run,
        "alarms": [alarm] if alarm else [],
        "nudge": nudges.due(found, today=now.date()) if permissions.may_nudge(request.user, found) else None,
        "may_sign": permissions.may_sign(request.user, found) and under_trial,
    }
    depends = dependences.load(found, now=now)
    context |= dependence.context(depends) | notes.context(request, found)
    context |= usability.context(request, found)
    context["comparisons"] = comparisons(depends)
    return render(request, "pilots/pilot.html", context)
