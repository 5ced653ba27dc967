from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from evaluations.visibility import visible


class VisibleRows:
    """Tasks and answers that who looks may know of; to be put before a ModelAdmin."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible(request, super().get_queryset(request))  # type: ignore[misc]
