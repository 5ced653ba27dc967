"""Cases and prompts over REST: whole or not at all, every fault by its row."""

import json

import pytest

from evaluations.models import Case, Prompt, SuiteVersion
from tests.evaluations.builders import make_drafts, make_suite, make_version

pytestmark = pytest.mark.django_db
CASES = "/api/v1/suites/triage/cases/"
PROMPTS = "/api/v1/suites/triage/prompts/"
ROWS = [
    {"id": "a", "input": "Refund me", "expected": "billing", "scenario": "plain"},
    {"id": "b", "input": "No answer in here", "must_abstain": True},
]


def ndjson(*rows: object) -> bytes:
    return b"\n".join(json.dumps(row).encode() for row in rows)


@pytest.mark.parametrize(
    "sent",
    [
        {"data": ROWS, "format": "json"},
        {"data": {"cases": ROWS}, "format": "json"},
        {"data": ndjson(*ROWS), "content_type": "application/x-ndjson"},
    ],
)
def test_cases_are_imported_and_read_back(call, sent):
    make_suite()

    answer = call("admin").post(CASES, **sent)
    read = call("read").get(CASES)

    assert answer.status_code == 201, answer.json()
    assert answer.json().items() >= {"version": 1, "case_count": 2, "created": True}.items()
    assert read.json()["results"] == [
        {
            "id": "a",
            "input": "Refund me",
            "expected": "billing",
            "scenario": "plain",
            "must_abstain": False,
            "provenance": "real",
        },
        {
            "id": "b",
            "input": "No answer in here",
            "expected": "",
            "scenario": "",
            "must_abstain": True,
            "provenance": "real",
        },
    ]


def test_the_same_cases_again_are_answered_with_their_version(call):
    make_suite()
    admin = call("admin")
    first = admin.post(CASES, ROWS, format="json").json()

    again = admin.post(CASES, ROWS, format="json")

    assert again.status_code == 200
    assert again.json() == first | {"created": False}
    assert SuiteVersion.objects.count() == 1


def test_an_older_version_can_be_read(call):
    suite = make_suite()
    make_version(1, suite=suite)
    make_version(2, suite=suite)

    found = {query: call("read").get(CASES + query) for query in ("", "?version=1", "?version=2")}

    assert {query: len(answer.json()["results"]) for query, answer in found.items()} == {
        "": 2,
        "?version=1": 1,
        "?version=2": 2,
    }
    assert call("read").get(CASES + "?version=3").status_code == 404
    assert call("read").get(CASES + "?version=x").status_code == 400


def test_one_faulty_row_refuses_all_of_them(call):
    make_suite()

    answer = call("admin").post(CASES, [*ROWS, {"id": "a", "input": "again"}], format="json")

    assert (answer.status_code, answer.json()["code"]) == (422, "cases_refused")
    assert answer.json()["errors"] == [
        {
            "pointer": "/2",
            "code": "bad_case",
            "message": "Row 3: the id 'a' is already used in row 1. Give each case its own.",
        }
    ]
    assert Case.objects.count() == 0


def test_a_broken_line_is_named(call):
    make_suite()

    answer = call("admin").post(CASES, b'{"id": "a"\n', content_type="application/x-ndjson")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["message"].startswith("Row 1: not JSON at character 11")


@pytest.mark.parametrize("body", [{"rows": []}, "cases", 7])
def test_what_is_no_list_of_cases_is_refused(call, body):
    make_suite()

    answer = call("admin").post(CASES, body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (422, "not_cases")


def test_a_body_that_is_no_json_is_refused(call):
    make_suite()

    answer = call("admin").post(CASES, b"[{", content_type="application/json")

    assert answer.status_code == 400


def test_a_prompt_is_saved_as_versions(call):
    make_suite()
    admin = call("admin", "read")
    content = {"slug": "plain", "user": "Ticket: {{ input }}\n", "max_tokens": 8}

    first = admin.post(PROMPTS, content, format="json")
    second = admin.post(PROMPTS, content | {"examples": [{"input": "x", "answer": "bug"}]}, format="json")
    listed = admin.get(PROMPTS)

    assert [first.status_code, second.status_code] == [201, 201], first.json()
    assert [row["version"] for row in listed.json()["results"]] == [1, 2]
    assert Prompt.objects.get(version=2).user == "Ticket: {{ input }}\n"


def test_a_prompt_without_the_cases_text_is_refused_by_field(call):
    make_suite()

    answer = call("admin").post(PROMPTS, {"slug": "plain", "user": "Which?"}, format="json")

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/user"]


def test_drafts_of_the_builders_fit_the_suite():
    assert make_version(2, suite=make_suite()).case_count == len(make_drafts(2))
