"""Rows that belong to a pilot (candidates, metrics, goals, triggers): who may edit them, and until when."""

from typing import Any

from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.forms import PaginationInlineFormSet

from pilots import permissions
from pilots.actions import rules
from pilots.models import Metric, Pilot


def pilot_of(obj: Pilot | Metric | None) -> Pilot | None:
    """The saved pilot that a row hangs on; None on the page that adds one."""
    pilot = obj if isinstance(obj, Pilot) or obj is None else getattr(obj, "pilot", None)
    return pilot if pilot is not None and pilot.pk else None


class DrawnOnce(PaginationInlineFormSet):
    """The row that new ones are copied from is asked for a dozen times while a page is drawn."""

    @cached_property
    def empty_form(self) -> Any:
        return super().empty_form


class PartFormSet(DrawnOnce):
    """Rows are stored by the action that REST calls as well."""

    def save_new(self, form: ModelForm, commit: bool = True) -> Any:
        return self._stored(super().save_new(form, commit=False), commit)

    def save_existing(self, form: ModelForm, obj: Any, commit: bool = True) -> Any:
        return self._stored(super().save_existing(form, obj, commit=False), commit)

    def _stored(self, row: Any, commit: bool) -> Any:
        if commit:
            rules.save(row)
        return row


class PartOfPilot:
    """Edited in a draft by who may run the pilot; read by everybody else, and by all once the plan is frozen."""

    formset: type[DrawnOnce] = DrawnOnce
    template_before = "admin/pilots/pilot/part_before.html"
    show_change_link = False

    def may_edit(self, request: HttpRequest, obj: Pilot | Metric | None) -> bool:
        pilot = pilot_of(obj)
        if pilot is None:
            return permissions.may_create(request.user)
        return permissions.may_run(request.user, pilot) and not pilot.is_frozen

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.may_view(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_edit(request, obj)
