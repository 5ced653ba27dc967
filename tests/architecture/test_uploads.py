"""A file that somebody sends is read by what is in it, whatever its name says, and never kept as a file or served."""

import ast
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import FileField

from evaluations.actions.imported_runs import ImportRefused, import_run
from evaluations.actions.suites import CasesRefused, import_file
from evaluations.models import Run, Suite, SuiteVersion
from pilots.actions.refusals import Refused
from pilots.admin.acts import pilot_table
from pilots.admin.acts.forms import BaselineForm
from tests.factories import NOW, make_deployment, make_ready_pilot

ROOT = Path(__file__).parents[2]
TAKEN_BY = {
    "evaluations/admin/forms.py",
    "evaluations/admin/import_results.py",
    "pilots/admin/acts/forms.py",
    "pilots/admin/acts/pilot_table.py",
}
"""Where a file may be sent to; each of them is tried below."""
NOT_WHAT_THEY_SAY = {
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\xff\xd9",
    "a program": b"\x7fELF\x02\x01\x01" + b"\x00" * 60 + b"\xfe\xed\xfa\xce",
    "a page": "<!doctype html><script>alert(1)</script>é".encode("latin-1"),
}


def test_no_file_is_kept_as_it_came() -> None:
    assert [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    ] == []


def test_files_are_taken_in_the_places_that_are_tried_here() -> None:
    found = {
        str(path.relative_to(ROOT))
        for app in ("accounts", "config", "evaluations", "pilots")
        for path in (ROOT / app).rglob("*.py")
        if "FileField" in (text := path.read_text())
        and any(
            isinstance(node, ast.Attribute) and node.attr == "FileField" for node in ast.walk(ast.parse(text))
        )
    }

    assert found == TAKEN_BY


@pytest.mark.django_db
@pytest.mark.parametrize("what", NOT_WHAT_THEY_SAY)
@pytest.mark.parametrize(
    "name", ["cases.csv", "cases.jsonl", "cases.yaml", "log.eval", "log.json", "samples.zip"]
)
def test_what_is_not_what_its_name_says_is_refused_with_a_sentence(what: str, name: str) -> None:
    suite, deployment = Suite.objects.create(slug="s", name="S", scorer="exact"), make_deployment()
    content = NOT_WHAT_THEY_SAY[what]

    with pytest.raises(CasesRefused):
        import_file(suite=suite, stream=BytesIO(content), name=name, by=None, now=NOW)
    with pytest.raises(ImportRefused):
        import_run(suite=suite, deployment=deployment, stream=BytesIO(content), name=name, by=None, now=NOW)

    assert (SuiteVersion.objects.exists(), Run.objects.exists()) == (False, False)


@pytest.mark.django_db
@pytest.mark.parametrize("what", NOT_WHAT_THEY_SAY)
def test_neither_is_it_a_table(what: str) -> None:
    pilot = make_ready_pilot()
    filled = {"metric": pilot.metrics.get().pk, "first": "2026-10-01", "last": "2026-10-02"}

    pilots = pilot_table.ImportForm({}, {"file": SimpleUploadedFile("pilots.csv", NOT_WHAT_THEY_SAY[what])})
    baseline = BaselineForm(
        filled, {"file": SimpleUploadedFile("values.csv", NOT_WHAT_THEY_SAY[what])}, pilot=pilot
    )

    assert pilots.is_valid()
    with pytest.raises(Refused, match="not text in UTF-8"):
        pilots.text()
    assert baseline.non_field_errors() == ["The file is not text in UTF-8. Export it as CSV (UTF-8)."]
