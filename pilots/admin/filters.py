from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from pilots.models.pilot import UNDER_TRIAL
from pilots.models.verdict import MachineFlag
from pilots.queries.board import DUE_WITHIN_DAYS

NOT_JUDGED = "none"


class PartFilter(DropdownFilter):
    """The pilots in which the person signed in has a part."""

    title = "part in it"
    parameter_name = "part"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("run", "I run it"), ("decide", "I decide")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "run":
            return queryset.filter(Q(owner=request.user.pk) | Q(deputy=request.user.pk))
        if self.value() == "decide":
            return queryset.filter(decider=request.user.pk)
        return queryset


class FlagFilter(DropdownFilter):
    """By the flag of the newest verdict, which the list annotates as `newest_flag`."""

    title = "flag"
    parameter_name = "flag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*MachineFlag.choices, (NOT_JUDGED, "Not judged yet")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == NOT_JUDGED:
            return queryset.filter(newest_flag__isnull=True)
        return queryset.filter(newest_flag=self.value()) if self.value() else queryset


class DueFilter(DropdownFilter):
    title = "decision due"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", "Overdue"), ("soon", f"Within {DUE_WITHIN_DAYS} days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.localdate()
        due = queryset.filter(state__in=UNDER_TRIAL)
        if self.value() == "overdue":
            return due.filter(window_end__lt=today)
        if self.value() == "soon":
            return due.filter(window_end__range=(today, today + timedelta(days=DUE_WITHIN_DAYS)))
        return queryset
