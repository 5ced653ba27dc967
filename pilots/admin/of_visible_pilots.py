from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from config.admin.read_only import ReadOnlyAdmin
from pilots.models import Pilot


class RecordsOfPilots(ReadOnlyAdmin):
    """Rows that belong to pilots, without those of pilots that are hidden from who looks."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        hidden = list(Pilot.objects.all().hidden_from(request.user).values_list("pk", flat=True))
        return rows.exclude(pilot__in=hidden) if hidden else rows
