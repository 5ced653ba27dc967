"""Cases into a suite, by page and by command: whole or not at all."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from evaluations.models import Case, SuiteVersion
from tests.evaluations.builders import make_suite, make_version

pytestmark = pytest.mark.django_db
LINES = b'{"id": "a", "input": "Refund me", "expected": "billing"}\n{"id": "b", "input": "x", "expected": "bug"}\n'


@pytest.fixture
def page():
    return reverse("admin:evaluations_suite_import_cases", args=[make_suite().pk])


def test_a_file_becomes_a_version(owner, page):
    answer = owner.post(page, {"file": SimpleUploadedFile("cases.jsonl", LINES), "provenance": "replayed"})

    assert answer.status_code == 302
    version = SuiteVersion.objects.get()
    assert (version.number, version.case_count, version.created_by.username) == (1, 2, "owner")
    assert set(Case.objects.values_list("provenance", flat=True)) == {"replayed"}


def test_pasted_lines_become_a_version(owner, page):
    owner.post(page, {"text": LINES.decode(), "provenance": "real"})

    assert SuiteVersion.objects.get().case_count == 2


def test_the_page_says_row_by_row_what_is_wrong(owner, page):
    answer = owner.post(page, {"text": '{"id": "a"}\n{"id": "b", "inptu": "x"}', "provenance": "real"})

    assert answer.context["form"].non_field_errors() == [
        "Row 1: 'input' is missing or empty. Every case needs one.",
        "Row 2: unknown field 'inptu'. Did you mean 'input'?",
    ]
    assert "Did you mean" in answer.text
    assert SuiteVersion.objects.count() == 0


@pytest.mark.parametrize(
    "sent", [{}, {"text": "{}", "file": SimpleUploadedFile("cases.jsonl", LINES)}], ids=["neither", "both"]
)
def test_the_page_wants_one_source(owner, page, sent):
    answer = owner.post(page, sent | {"provenance": "real"})

    assert answer.context["form"].non_field_errors() == ["Choose a file, or paste lines: one of the two."]


def test_who_only_reads_cannot_import(viewer, page):
    assert viewer.get(page).status_code == 403


def test_the_suite_leads_to_the_page(owner, page):
    suite = make_version(1, suite=make_suite("other")).suite

    answer = owner.get(reverse("admin:evaluations_suite_change", args=[suite.pk]))

    assert reverse("admin:evaluations_suite_import_cases", args=[suite.pk]) in answer.text


def test_the_command_imports_a_file(tmp_path, capsys):
    make_suite()
    file = tmp_path / "cases.jsonl"
    file.write_bytes(LINES)

    call_command("import_cases", "triage", str(file), provenance="demo")

    assert capsys.readouterr().out == "triage: version 1 holds 2 cases.\n"
    assert set(Case.objects.values_list("provenance", flat=True)) == {"demo"}


def test_the_command_says_what_is_wrong(tmp_path):
    make_suite()
    file = tmp_path / "cases.jsonl"
    file.write_bytes(b'{"id": "a"}')

    with pytest.raises(CommandError, match=r"Nothing was imported\.\nRow 1: 'input' is missing or empty\."):
        call_command("import_cases", "triage", str(file))
    with pytest.raises(CommandError, match=r"There is no suite other\. Add it in the admin first\."):
        call_command("import_cases", "other", str(file))
    with pytest.raises(CommandError, match=r"cannot be read: No such file or directory\."):
        call_command("import_cases", "triage", str(tmp_path / "nothing"))


def test_a_file_is_checked_first_and_then_imported_as_it_was(owner, page):
    file = SimpleUploadedFile("cases.jsonl", LINES)

    checked = owner.post(page, {"file": file, "provenance": "replayed", "check": "1"})
    stored = SuiteVersion.objects.count()
    done = owner.post(page, {"kept": checked.context["ticket"], "provenance": "replayed"})

    assert (checked.status_code, stored, checked.context["imported"].count) == (200, 0, 2)
    assert "They would become a new version. Nothing is stored yet." in checked.text
    assert done.status_code == 302
    assert (SuiteVersion.objects.get().case_count, SuiteVersion.objects.get().origin) == (
        2,
        {"file": "cases.jsonl", "format": "jsonl"},
    )


def test_a_checked_file_is_nobody_elses(owner, page, client):
    from django.contrib.auth.models import User

    checked = owner.post(page, {"text": LINES.decode(), "provenance": "real", "check": "1"})
    client.force_login(User.objects.create_superuser("other"))

    answer = client.post(page, {"kept": checked.context["ticket"], "provenance": "real"})

    assert answer.context["form"].non_field_errors() == [
        "The file that was checked is kept for half an hour only. Choose it again."
    ]
    assert SuiteVersion.objects.count() == 0


def test_what_promptfoo_asserts_and_we_cannot_is_listed_and_stays_with_the_version(owner):
    suite = make_suite("foo", scorer="checks", scorer_options={})
    page = reverse("admin:evaluations_suite_import_cases", args=[suite.pk])
    text = "question,__expected1,__expected2\nCapital?,contains: Paris,python: len(output) < 9\n"

    refused = owner.post(page, {"text": text, "provenance": "real", "format": "promptfoo-csv"})
    owner.post(page, {"text": text, "provenance": "real", "format": "promptfoo-csv", "partial": "on"})

    assert refused.context["form"].non_field_errors()[1].startswith("Row 1: python is left out: it runs code")
    version = SuiteVersion.objects.get()
    answer = owner.get(reverse("admin:evaluations_suiteversion_change", args=[version.pk]))
    assert "1 of 2 assertions became checks." in answer.text
    assert "python is left out" in answer.text


def test_tests_with_checks_need_a_suite_that_takes_them(owner, page):
    answer = owner.post(page, {"text": "q,__expected\na,b\n", "provenance": "real"})

    assert "Set the suite&#x27;s scorer to &#x27;checks&#x27;" in answer.text


def test_the_command_checks_and_imports_foreign_files(tmp_path, capsys):
    make_suite("evals", scorer="exact", scorer_options={})
    file = tmp_path / "samples.jsonl"
    file.write_text('{"input": "2+2?", "ideal": ["4", "four"]}\n')

    call_command("import_cases", "evals", str(file), dry_run=True)
    call_command("import_cases", "evals", str(file))
    call_command("import_cases", "evals", str(file))

    assert capsys.readouterr().out.splitlines() == [
        "evals: 1 cases could be imported as a new version. Nothing was stored.",
        "evals: version 1 holds 1 cases.",
        "evals: version 1 holds these 1 cases already.",
    ]
