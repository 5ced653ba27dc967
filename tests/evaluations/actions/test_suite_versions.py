"""Cases are kept as versions named by their content; what cannot be imported is refused whole, row by row."""

import json
from io import BytesIO

import pytest

from evaluations.actions import suites
from evaluations.actions.suites import CasesRefused
from evaluations.formats.draft import CaseDraft
from evaluations.models import Case, SuiteVersion
from tests.evaluations.builders import NOW, make_drafts, make_suite

pytestmark = pytest.mark.django_db


def lines(*rows: object) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def imported(data: bytes, suite=None, **options) -> SuiteVersion:
    suite = suite or make_suite()
    return suites.import_file(suite=suite, stream=BytesIO(data), by=None, now=NOW, **options).version


def refusal(data: bytes, suite=None) -> list[str]:
    with pytest.raises(CasesRefused) as caught:
        imported(data, suite)
    assert SuiteVersion.objects.count() == Case.objects.count() == 0
    return [str(fault) for fault in caught.value.faults]


def test_import_stores_what_the_rows_say(admin_user):
    suite = make_suite()

    version = suites.import_file(
        suite=suite,
        stream=BytesIO(
            lines(
                {
                    "id": "b",
                    "input": "Grüße 😀",
                    "expected": "bug",
                    "scenario": "emoji",
                    "provenance": "replayed",
                },
                {"id": "a", "input": "No answer in here", "must_abstain": True},
            )
        ),
        by=admin_user,
        now=NOW,
        provenance="demo",
    ).version

    fields = ("key", "input", "expected", "scenario", "must_abstain", "provenance")
    assert list(version.cases.values_list(*fields)) == [
        ("a", "No answer in here", "", "", True, "demo"),
        ("b", "Grüße 😀", "bug", "emoji", False, "replayed"),
    ]
    assert (version.number, version.case_count, version.created_by, version.created_at) == (
        1,
        2,
        admin_user,
        NOW,
    )


def test_the_content_hash_is_the_sha256_of_the_cases_in_canonical_json():
    version = imported(lines({"id": "a", "input": "é", "expected": "bug"}))

    # printf '%s' '[{"expected":"bug","input":"é","key":"a","must_abstain":false,"provenance":"real","scenario":""}]'
    # | sha256sum
    assert version.content_hash == "153a2f48e18a4ca98303a4ea6ff2d68d403690935f404f2833145d671ad8eb44"


def test_the_same_content_in_another_order_is_the_same_version():
    suite = make_suite()
    first = suites.save_version(suite=suite, cases=make_drafts(3), by=None, now=NOW)

    again = suites.save_version(suite=suite, cases=reversed(make_drafts(3)), by=None, now=NOW)

    assert again == first
    assert Case.objects.count() == 3


def test_other_content_is_the_next_version_and_the_first_stays():
    suite = make_suite()
    first = suites.save_version(suite=suite, cases=make_drafts(3), by=None, now=NOW)

    second = suites.save_version(suite=suite, cases=make_drafts(4), by=None, now=NOW)

    assert (first.number, second.number) == (1, 2)
    assert (first.cases.count(), second.cases.count()) == (3, 4)


def test_a_byte_order_mark_blank_lines_and_windows_line_ends_are_fine():
    data = b'\xef\xbb\xbf{"id": "a", "input": "x", "expected": "bug"}\r\n\r\n{"id": "b", "input": "y", "expected": "bug"}\r\n'

    version = imported(data)

    assert list(version.cases.values_list("key", flat=True)) == ["a", "b"]


def test_an_expected_object_reaches_the_scorer_as_an_object():
    suite = make_suite(scorer="json_schema", scorer_options={"schema": {"type": "object"}})

    version = imported(lines({"id": "a", "input": "x", "expected": {"total": 3.5}}), suite)

    assert version.cases.get().expected == {"total": 3.5}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"id": "a", "input": "x", "expectd": "bug"}, "unknown field 'expectd'. Did you mean 'expected'?"),
        (
            {"id": "a", "input": "x", "zzz": 1},
            "unknown field 'zzz'. Known fields: id, input, expected, scenario,",
        ),
        ({"id": "a"}, "'input' is missing or empty. Every case needs one."),
        ({"input": "x"}, "'id' is missing or empty. Every case needs one."),
        ({"id": 7, "input": "x"}, "'id' must be a text. Put it in quotes."),
        (
            {"id": "a", "input": "x", "expected": 7},
            "'expected' must be a text, a list of texts or an object.",
        ),
        (
            {"id": "a", "input": "x", "must_abstain": "yes"},
            "'must_abstain' must be true or false, without quotes.",
        ),
        ({"id": "a" * 201, "input": "x"}, "'id' is longer than 200 characters. Shorten it."),
        ({"id": "a", "input": "x\x00"}, "'input' holds a character that is no text"),
        (
            {"id": "a", "input": "x", "provenance": "made up"},
            "unknown provenance 'made up'. Known: real, replayed",
        ),
        (["a", "x"], 'not an object. Write {"id": "…"'),
    ],
)
def test_a_faulty_row_is_named_with_what_to_do(row, fault):
    good = {"id": "good", "input": "x", "expected": "bug"}

    found = refusal(lines(good, row))

    assert len(found) == 1
    assert found[0].startswith(f"Row 2: {fault}")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b'{"id": "a", ', "not JSON at character 13"),
        (b'{"id": "\xe9", "input": "x"}', "byte 9 is not UTF-8. Save the file as UTF-8."),
        (b'{"id": "a", "input": "\\ud800"}', "'input' holds a character that is no text"),
        (b'{"id": "a", "input": "x", "expected": {"n": NaN}}', "'expected' holds NaN, infinity or"),
        (b"[" * 100_000, "nested too deeply."),
    ],
)
def test_a_broken_line_is_named_with_what_to_do(line, fault):
    found = refusal(b'{"id": "ok", "input": "x", "expected": "bug"}\n\n' + line)

    assert len(found) == 1
    assert found[0].startswith(f"Row 3: {fault}")


def test_an_id_used_twice_names_both_rows():
    row = {"id": "a", "input": "x", "expected": "bug"}

    assert refusal(lines(row, row)) == ["Row 2: the id 'a' is already used in row 1. Give each case its own."]


def test_a_case_the_scorer_cannot_judge_is_refused_at_import():
    assert refusal(lines({"id": "a", "input": "x", "expected": "complaint"})) == [
        "Row 1: The expected label 'complaint' is not in the set. Add it, or correct the case."
    ]


def test_an_empty_file_is_refused():
    assert refusal(b"\n \n") == ['No cases found. Send one JSON object a line: {"id": "…", "input": "…"}.']


def test_no_more_than_twenty_faults_are_listed():
    assert len(refusal(lines(*([{"id": "a"}] * 50)))) == 20


def test_rows_parsed_already_are_read_alike():
    rows = [{"id": "a", "input": "x", "expected": "bug"}]

    imported = suites.import_rows(suite=make_suite(), rows=rows, by=None, now=NOW, provenance="demo")

    assert imported.sample == [CaseDraft("a", "x", "bug", provenance="demo")]
    assert imported.version.case_count == 1


def test_a_conversation_tags_unit_and_variables_are_kept_and_count():
    suite = make_suite(scorer="exact", scorer_options={})
    talk = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "Which plan?"},
    ]
    row = {
        "id": "a",
        "input": talk,
        "expected": "basic",
        "tags": ["b", "a"],
        "unit_id": "t-1",
        "variables": {"x": 1},
    }

    version = imported(lines(row), suite)
    again = imported(lines(row | {"tags": ["a", "b", "b"]}), suite)
    other = imported(lines(row | {"unit_id": "t-2"}), suite)

    case = version.cases.get()
    assert (case.input, case.messages, case.tags) == ("Which plan?", talk, ["a", "b"])
    assert (case.unit_id, case.variables) == ("t-1", {"x": 1})
    assert again == version
    assert other.number == 2


def test_a_dry_run_stores_nothing_and_tells_what_would_be():
    suite = make_suite()
    data = lines({"id": "a", "input": "x", "expected": "bug", "scenario": "plain"})

    tried = suites.import_file(suite=suite, stream=BytesIO(data), by=None, now=NOW, dry_run=True)

    assert (tried.count, tried.created, tried.version) == (1, True, None)
    assert dict(tried.scenarios) == {"plain": 1}
    assert SuiteVersion.objects.count() == Case.objects.count() == 0


def test_progress_is_told_every_thousand_rows():
    told: list[int] = []
    data = lines(*({"id": str(i), "input": "x", "expected": "bug"} for i in range(2500)))

    imported(data, progress=told.append)

    assert told == [1000, 2000]
    assert Case.objects.count() == 2500
