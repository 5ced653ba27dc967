"""Charters of many pilots as one CSV file: out, and back in after a look at what it would do."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget

from pilots import permissions
from pilots.actions import pilot_table
from pilots.actions.refusals import Refused
from pilots.exports.tables import written
from pilots.queries.pilot_table import exported_by, lines

LARGEST_FILE = 2_000_000
PAGE = "admin/pilots/pilot/import.html"
BOM = "\ufeff".encode()
"""So that a spreadsheet reads the file as UTF-8."""


class ImportForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        widget=UnfoldAdminFileFieldWidget(),
        help_text="In UTF-8, up to 2 MB and 500 rows. Its first line names the columns.",
    )
    reason = forms.CharField(
        label="Why this change",
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Needed where the charter of a started pilot changes. It is kept with each row.",
    )

    def text(self) -> str:
        """Raises Refused."""
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST_FILE:
            raise Refused("The file is larger than 2 MB. Cut it into several.")
        try:
            return str(sent.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise Refused("The file is not text in UTF-8. Save it as CSV (UTF-8).") from None


@action(description="Export", icon="download")
def export_pilots(self: Any, request: HttpRequest) -> HttpResponse:
    """What a person runs; everything for who audits."""
    person: Any = request.user
    if not may_export(person):
        raise PermissionDenied
    file = BOM + b"".join(written(lines(exported_by(person))))
    headers = {"Content-Disposition": 'attachment; filename="pilots.csv"'}
    return HttpResponse(file, content_type="text/csv; charset=utf-8", headers=headers)


@action(description="Import", icon="upload")
def import_pilots(self: Any, request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST tries the file, or takes all of it in, or says row by row why not."""
    person: Any = request.user
    if not permissions.may_create(person):
        raise PermissionDenied
    sent = request.method == "POST"
    form = ImportForm(request.POST if sent else None, request.FILES if sent else None)
    outcomes: list[pilot_table.Outcome] = []
    if sent and form.is_valid():
        only_try = "keep" not in request.POST
        outcomes = _taken_in(form, by=person, only_try=only_try)
        if outcomes and not only_try and not any(each.faults for each in outcomes):
            messages.success(request, _said(outcomes))
            return redirect("admin:pilots_pilot_changelist")
    context = {
        **self.admin_site.each_context(request),
        "opts": self.model._meta,
        "title": "Import pilots",
        "form": form,
        "outcomes": outcomes,
        "faulty": sum(bool(each.faults) for each in outcomes),
        "would": _said(outcomes),
    }
    return TemplateResponse(request, PAGE, context)


def may_export(person: Any) -> bool:
    return permissions.may_create(person) or permissions.may_audit(person)


def _taken_in(form: ImportForm, *, by: Any, only_try: bool) -> list[pilot_table.Outcome]:
    """Empty when the file as a whole was refused; the form then says why."""
    reason = form.cleaned_data["reason"]
    try:
        found = pilot_table.take_in(
            text=form.text(), by=by, now=timezone.now(), reason=reason, dry_run=only_try
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return []
    if not found:
        form.add_error(None, "The file has no rows under its first line.")
    return found


def _said(outcomes: list[pilot_table.Outcome]) -> str:
    new = sum(each.is_new for each in outcomes)
    changed = sum(not each.is_new and bool(each.changed) for each in outcomes)
    return f"{new} new, {changed} changed, {len(outcomes) - new - changed} as they were."
