"""The page that imports cases: check first, or at once."""

import json
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.defaultfilters import truncatechars
from django.utils import timezone

from evaluations.actions import suites
from evaluations.actions.suites import CasesRefused, Imported
from evaluations.admin import kept_files
from evaluations.admin.forms import ImportForm
from evaluations.admin.kept_files import Source
from evaluations.formats.cases import FORMATS
from evaluations.formats.draft import CaseDraft
from evaluations.models import Suite

HEADERS = ["Id", "Input", "Expected", "Situation"]


def attempt(request: HttpRequest, suite: Suite, form: ImportForm, *, dry_run: bool) -> Imported | None:
    """What the import did or would do; None when it was refused, with every fault on the form."""
    try:
        source = _source(request, suite, form)
        return suites.import_file(
            suite=suite,
            stream=source.stream,
            name=source.name,
            by=cast(User, request.user),
            now=timezone.now(),
            format=form.cleaned_data["format"],
            provenance=form.cleaned_data["provenance"],
            partial=form.cleaned_data["partial"],
            dry_run=dry_run,
        )
    except ValidationError as gone:
        form.add_error(None, gone)
    except CasesRefused as refusal:
        for fault in refusal.faults:
            form.add_error(None, str(fault))
    return None


def preview(request: HttpRequest, suite: Suite, form: ImportForm, imported: Imported) -> dict[str, Any]:
    """What the page shows of a checked file, with a ticket so that it can be imported as it is."""
    ticket = form.cleaned_data["kept"] or kept_files.keep(
        _source(request, suite, form), owner=_owner(request, suite)
    )
    return {
        "imported": imported,
        "format": FORMATS[imported.format],
        "ticket": ticket,
        "sample": {"headers": HEADERS, "rows": [_shown(draft) for draft in imported.sample]},
        "sample_title": "The first case"
        if len(imported.sample) == 1
        else f"The first {len(imported.sample)} cases",
        "scenarios": sorted(imported.scenarios.items()),
        "provenance": form.cleaned_data["provenance"],
        "chosen_format": form.cleaned_data["format"],
        "partial": form.cleaned_data["partial"],
    }


def say(request: HttpRequest, imported: Imported) -> None:
    version = imported.version
    assert version is not None
    if not imported.created:
        messages.info(request, f"These very cases are version {version.number} already. Nothing was added.")
        return
    messages.success(request, f"Version {version.number} holds {version.case_count} cases.")
    if imported.coverage.refused:
        messages.warning(request, f"{imported.coverage.words()} The version's page lists the others.")


def _source(request: HttpRequest, suite: Suite, form: ImportForm) -> Source:
    return form.source(lambda ticket: kept_files.found(ticket, owner=_owner(request, suite)))


def _owner(request: HttpRequest, suite: Suite) -> str:
    return f"{request.user.pk}:{suite.pk}"


def _shown(draft: CaseDraft) -> list[str]:
    expected = (
        draft.expected if isinstance(draft.expected, str) else json.dumps(draft.expected, ensure_ascii=False)
    )
    cells = [draft.key, draft.input, "to abstain" if draft.must_abstain else expected, draft.scenario]
    return [truncatechars(cell, 120) or "–" for cell in cells]
