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
            "tags": [],
            "unit_id": "",
            "variables": {},
        },
        {
            "id": "b",
            "input": "No answer in here",
            "expected": "",
            "scenario": "",
            "must_abstain": True,
            "provenance": "real",
            "tags": [],
            "unit_id": "",
            "variables": {},
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

    answer = call("admin").post(
        CASES, [*ROWS, {"id": "a", "input": "again", "expected": "bug"}], format="json"
    )

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


def test_what_is_read_can_be_sent_again(call):
    make_suite("talk", scorer="exact", scorer_options={})
    messages = [{"role": "assistant", "content": "Hello."}, {"role": "user", "content": "Which plan?"}]
    row = {"id": "a", "input": messages, "expected": "basic", "tags": ["x"], "variables": {"n": 1}}
    admin = call("admin", "read")
    first = admin.post("/api/v1/suites/talk/cases/", [row], format="json").json()

    read = admin.get("/api/v1/suites/talk/cases/").json()["results"]
    again = admin.post("/api/v1/suites/talk/cases/", read, format="json")

    assert read[0]["input"] == messages
    assert (again.status_code, again.json()["version"]) == (200, first["version"])


def test_a_file_of_another_tool_is_recognised(call):
    make_suite("evals", scorer="exact", scorer_options={})

    answer = call("admin").post(
        "/api/v1/suites/evals/cases/",
        ndjson({"input": "2+2?", "ideal": "4"}),
        content_type="application/x-ndjson",
    )

    assert answer.status_code == 201, answer.json()
    assert answer.json().items() >= {"format": "openai-evals", "case_count": 1}.items()


def test_a_dry_run_answers_and_stores_nothing(call):
    make_suite()

    answer = call("admin").post(
        f"{CASES}?dry_run=true", b"id,input,expected\na,x,bug\n", content_type="text/csv"
    )

    assert (answer.status_code, answer.json()["created"], answer.json()["version"]) == (200, True, None)
    assert Case.objects.count() == 0


def test_promptfoo_tests_tell_how_much_of_them_is_taken_over(call):
    make_suite("foo", scorer="checks", scorer_options={})
    body = b"""
tests:
  - vars: {question: "Capital of France?"}
    assert:
      - {type: contains, value: Paris}
      - {type: javascript, value: "output.length < 9"}
"""
    admin = call("admin")

    refused = admin.post("/api/v1/suites/foo/cases/", body, content_type="application/yaml")
    partial = admin.post("/api/v1/suites/foo/cases/?partial=true", body, content_type="application/yaml")

    assert refused.status_code == 422
    assert [fault["message"][:45] for fault in refused.json()["errors"]] == [
        "1 of 2 assertions become checks (50%). Nothin",
        "Row 1: javascript is left out: it runs code o",
    ]
    assert partial.status_code == 201, partial.json()
    assert partial.json()["coverage"] == {
        "assertions": 2,
        "taken": 1,
        "share": 0.5,
        "refused": [
            {
                "row": 1,
                "what": "javascript",
                "reason": "it runs code of the file, which is never done here. Write a check, or a scorer as a plug-in.",
            }
        ],
    }


@pytest.mark.parametrize("query", ["file_format=xml", "dry_run=perhaps", "provenance=made-up", "rows=1"])
def test_an_unknown_option_of_an_import_is_refused(call, query):
    make_suite()

    assert call("admin").post(f"{CASES}?{query}", ROWS, format="json").status_code == 400
