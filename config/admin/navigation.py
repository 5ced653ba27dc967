from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from config.status import may_see_status

SIDEBAR = (
    ("Pilots", (("pilots.pilot", "explore"), ("pilots.token", "key"))),
    (
        "Catalogue",
        (
            ("evaluations.aimodel", "neurology"),
            ("evaluations.deployment", "dns"),
            ("evaluations.price", "payments"),
            ("evaluations.vendor", "storefront"),
            ("evaluations.suite", "checklist"),
            ("evaluations.suiteversion", "inventory_2"),
            ("evaluations.prompt", "chat"),
            ("evaluations.run", "play_circle"),
        ),
    ),
    (
        "Records",
        (
            ("pilots.verdict", "balance"),
            ("pilots.decision", "gavel"),
            ("pilots.planversion", "description"),
            ("pilots.measurement", "monitoring"),
            ("pilots.failure", "error"),
            ("pilots.review", "rate_review"),
            ("pilots.pilotrun", "sync"),
            ("evaluations.result", "fact_check"),
            ("pilots.event", "history"),
        ),
    ),
    ("People", (("auth.user", "person"), ("auth.group", "group"))),
    (
        "System",
        (
            ("django_celery_beat.periodictask", "schedule"),
            ("django_celery_beat.intervalschedule", "timer"),
            ("django_celery_beat.crontabschedule", "event_repeat"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar: what is registered and this person may see, in the order people work in."""
    board = {"title": "Board", "icon": "flag", "link": reverse("pilots:board"), "active": False}
    groups: list[dict[str, Any]] = [
        {"title": title, "separator": True, "items": _items(request, names)} for title, names in SIDEBAR
    ]
    if may_see_status(request.user):
        groups[-1]["items"].insert(0, {"title": "Status", "icon": "monitor_heart", "link": reverse("status")})
    return [{"title": "", "items": [board]}, *(group for group in groups if group["items"])]


def _items(request: HttpRequest, names: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    items = []
    for name, icon in names:
        model = apps.get_model(name)
        if admin.site.is_registered(model) and admin.site.get_model_admin(model).has_view_permission(request):
            link = reverse(f"admin:{name.replace('.', '_')}_changelist")
            items.append({"title": capfirst(model._meta.verbose_name_plural), "icon": icon, "link": link})
    return items
