"""How the instance stands, for administrators: parts, timetable, queues, runs, engines."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from config import heartbeats, queues
from config.health import BEAT_IS_LATE_AFTER
from config.metrics.state import beat_age
from evaluations.models import Run
from evaluations.queries import workload as evaluations
from pilots.queries import workload as pilots

RUNS_SHOWN = 10


@dataclass(frozen=True)
class Engine:
    """`place` is "embedded" for what `make run` started, else the host; never a password."""

    name: str
    version: str
    place: str


def status(request: HttpRequest) -> HttpResponse:
    if not may_see_status(request.user):
        raise PermissionDenied
    now = timezone.now()
    parts = heartbeats.shown()
    context = {
        "now": now,
        "parts": parts,
        "missing": [
            kind
            for kind in ("worker", "beat")
            if parts is not None and not any(p.kind == kind for p in parts)
        ],
        "unserved": _unserved(parts),
        "beat_age": beat_age(now),
        "beat_late_after": BEAT_IS_LATE_AFTER.total_seconds(),
        "queues": queues.depths(),
        "runs": Run.objects.select_related("suite_version__suite").order_by("-created_at")[:RUNS_SHOWN],
        "workload": evaluations.workload(now=now),
        "referee": pilots.workload(now=now),
        "timetable": PeriodicTask.objects.filter(enabled=True).order_by("name"),
        "engines": engines(),
        "django": version("django"),
        "celery": version("celery"),
    }
    return render(request, "status.html", context)


def _unserved(parts: list[heartbeats.Part] | None) -> list[str]:
    """Queues that no living worker takes from; none while no worker lives, which is said by itself."""
    served = [part.said.get("queues", []) for part in parts or [] if part.kind == "worker"]
    return [name for name in queues.names() if served and not any(name in each for each in served)]


def may_see_status(person: Any) -> bool:
    return bool(person.is_active and person.is_superuser)


def engines() -> list[Engine]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = str(cursor.fetchone()[0])
    redis = urlsplit(settings.REDIS_URL)
    found = [
        Engine("PostgreSQL", postgres.split()[0], _place(settings.DATABASES["default"]["HOST"])),
        Engine("Redis", "", _place(redis.hostname)),
    ]
    if settings.CELERY_BROKER_URL != settings.REDIS_URL:
        broker = urlsplit(settings.CELERY_BROKER_URL)
        found.append(Engine("Broker", broker.scheme, _place(broker.hostname)))
    return found


def _place(host: str | None) -> str:
    if settings.LOCAL and host in {"127.0.0.1", "localhost", ""}:
        return "on this machine, started by make run unless you named it"
    return f"external, {host or 'by its socket'}"
