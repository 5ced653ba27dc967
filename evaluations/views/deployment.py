from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from evaluations.models import Deployment
from evaluations.queries import lifecycle, openness
from evaluations.views.catalogue import used_by
from evaluations.views.lifecycle_bar import bar

SHOWN_LOOKS = 30


@permission_required("evaluations.view_deployment", raise_exception=True)
def deployment(request: HttpRequest, slug: str) -> HttpResponse:
    """A model on a host: until when, whether it still answers as it did, and who depends on it."""
    found = get_object_or_404(Deployment.objects.select_related("model__vendor", "host"), slug=slug)
    today = timezone.now().date()
    cycle = lifecycle.of_deployments([found])[found.pk]
    context = {
        "deployment": found,
        "line": openness.line(found.model),
        "cycle": cycle,
        "bar": bar(cycle, today=today),
        "today": today,
        "looks": list(
            found.canary_looks.select_related("acceptance__by").order_by("-looked_at", "-id")[:SHOWN_LOOKS]
        ),
        "prices": list(found.prices.prefetch_related("components").order_by("-valid_from")),
        "used_by": used_by(request, [found.pk]),
    }
    return render(request, "models/deployment.html", context)
