from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin

from config.admin.lists import SteadyList


class ReadOnlyAdmin(ModelAdmin):
    """Rows that actions write: read by whoever may view them, changed by nobody here."""

    actions = None
    list_per_page = 50
    compressed_fields = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SteadyList]:
        return SteadyList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
