from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from pilots import permissions
from pilots.models import Pilot
from pilots.models.pilot import State
from pilots.queries import pilot_page
from pilots.views.results import lines
from pilots.views.windows import bar


@permission_required("pilots.view_pilot", raise_exception=True)
def pilot(request: HttpRequest, slug: str) -> HttpResponse:
    """One pilot: the verdict in a sentence, before and after, each criterion against its limit, what was done."""
    now = timezone.now()
    found = get_object_or_404(Pilot.objects.select_related("owner", "deputy", "decider"), slug=slug)
    page = pilot_page.load(found, now=now)
    context = {
        "page": page,
        "pilot": found,
        "verdict": page.verdict,
        "judged": page.judged,
        "metrics": lines(page.metrics),
        "criteria": lines(page.criteria),
        "others": lines(page.others),
        "window": bar(found, today=now.date(), width=640, labels=True),
        "days_left": found.days_left(now.date()),
        "may_run": permissions.may_run(request.user, found),
        "may_sign": permissions.may_sign(request.user, found)
        and found.state in (State.RUNNING, State.PAUSED),
    }
    return render(request, "pilots/pilot.html", context)
