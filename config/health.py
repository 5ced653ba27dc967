"""For load balancers and watchdogs: is the process up, and can it do its work?"""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

BEAT_IS_LATE_AFTER = timedelta(minutes=5)


@login_not_required
def process(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, broker and beat work, else 503; says which does not, and no more."""
    parts = {"database": _database(), "broker": _broker(), "beat": _beat()}
    return JsonResponse(
        {name: "ok" if well else "failing" for name, well in parts.items()},
        status=200 if all(parts.values()) else 503,
    )


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except Exception:
        return False


def _broker() -> bool:
    try:
        cache.set("readyz", 1, timeout=5)
        return bool(cache.get("readyz") == 1)
    except Exception:
        return False


def _beat() -> bool:
    try:
        newest = (
            PeriodicTask.objects.filter(enabled=True)
            .order_by("-last_run_at")
            .values_list("last_run_at", flat=True)
        )
        last = next((tick for tick in newest if tick), None)
    except Exception:
        return False
    return last is not None and timezone.now() - last < BEAT_IS_LATE_AFTER
