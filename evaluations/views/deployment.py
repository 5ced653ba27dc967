from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from evaluations.models import Deployment
from evaluations.queries import lifecycle, openness
from evaluations.views.catalogue import used_by
from evaluations.views.lifecycle_bar import bar


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
        "used_by": used_by(request, [found.pk]),
    }
    return render(request, "models/deployment.html", context)
