"""Files of cases in every format: what becomes of a row, and what is said of one that cannot be read."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from evaluations.formats import cases
from evaluations.formats.draft import BadRow, CaseDraft


def read(data: bytes | str, **options: str) -> list[CaseDraft | str]:
    stream = BytesIO(data.encode() if isinstance(data, str) else data)
    return [str(row) if isinstance(row, BadRow) else row for _, row in cases.read(stream, **options).rows]


def one(data: bytes | str, **options: str) -> CaseDraft:
    (row,) = read(data, **options)
    assert isinstance(row, CaseDraft), row
    return row


@pytest.mark.parametrize(
    ("name", "beginning", "format"),
    [
        ("", b'{"id": "a", "input": "x"}', "jsonl"),
        ("", b'\xef\xbb\xbf  {"input": "x", "ideal": "y"}', "openai-evals"),
        ("", b'[\n {"input": "x", "target": "y"}]', "inspect"),
        ("", b'{"vars": {"q": "x"}, "assert": []}', "promptfoo-jsonl"),
        ("", b"id,input,expected\n", "csv"),
        ("", b"question,__expected\n", "promptfoo-csv"),
        ("", b"tests:\n  - vars: {}\n", "promptfoo-yaml"),
        ("", b"# mine\n- vars: {}\n", "csv"),
        ("tests.yaml", b"# mine\n- vars: {}\n", "promptfoo-yaml"),
        ("cases.csv", b"a;b\n", "csv"),
        ("", b'{"input": "' + b"x" * 70_000, "jsonl"),
        ("", b"", "jsonl"),
    ],
)
def test_a_format_is_recognised_by_name_and_beginning(name, beginning, format):
    assert cases.recognise(beginning, name) == format or (beginning == b"" and format == "jsonl")


def test_our_csv_holds_what_our_lines_hold():
    data = (
        "id,input,expected,expected_json,scenario,must_abstain,tags,unit_id,variables\n"
        'a,"Two\nlines",bug,,plain,no,"x, y",t-1,"{""n"": 1}"\n'
        'b,"He said ""no""",,"[""bug"", ""login""]",,yes,,,\n'
    )

    assert read(data) == [
        CaseDraft("a", "Two\nlines", "bug", "plain", tags=("x", "y"), unit_id="t-1", variables={"n": 1}),
        CaseDraft("b", 'He said "no"', ["bug", "login"], must_abstain=True),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_other_spreadsheets_is_read(delimiter):
    assert one(delimiter.join(["id", "input"]) + "\r\n" + delimiter.join(["a", "x"]) + "\r\n") == CaseDraft(
        "a", "x"
    )


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ("id,input\na\n", "1 cells where the header has 2. Quote cells with a , inside."),
        ('id,input\na,"x\n', "cannot be read: unexpected end of data."),
        (b"id,input\na,\xe9\n", "byte 3 is not UTF-8. Save the file as UTF-8."),
        ("id,input,must_abstain\na,x,perhaps\n", "'must_abstain' must be true or false, not 'perhaps'."),
        ("id,input,expected,expected_json\na,x,y,1\n", "both 'expected' and 'expected_json' are filled."),
        ("id,input,expected_json\na,x,{\n", "'expected_json' is no JSON"),
    ],
)
def test_a_row_of_csv_that_cannot_be_read_says_why(data, fault):
    (said,) = read(data, name="x.csv")

    assert isinstance(said, str)
    assert said.startswith(fault)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"id,inptu\na,x\n", "unknown column 'inptu'. Did you mean 'input'?"),
        (b"id,id\na,x\n", "Two columns are called 'id'."),
        (b"id,\na,x\n", "A column has no name."),
        (b"", "The file is empty."),
        ("id,input".encode("utf-16"), "The file is UTF-16. Save it as UTF-8."),
    ],
)
def test_a_table_that_cannot_be_read_at_all_says_why(data, fault):
    with pytest.raises(BadRow) as caught:
        read(data, format="csv")

    assert str(caught.value).startswith(fault)


def test_a_line_without_an_end_is_not_read_into_memory():
    with pytest.raises(BadRow, match="longer than 4 MB"):
        read(b'{"id": "a", "input": "' + b"x" * (5 << 20), format="jsonl")


def test_openai_evals_samples_become_cases():
    chat = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2+2?"}]

    row = one(
        json.dumps({"input": chat, "ideal": ["4", "four"], "metadata": {"scenario": "plain", "level": 2}})
    )

    assert (row.input, row.messages, row.expected) == ("2+2?", tuple(chat), ["4", "four"])
    assert (row.scenario, row.variables) == ("plain", {"metadata": {"level": 2}})


def test_a_case_without_an_id_is_named_by_its_question():
    rows = '{"input": "a", "ideal": "x"}\n{"input": "b", "ideal": "y"}\n'
    moved = '{"input": "b", "ideal": "y"}\n{"input": "a", "ideal": "x"}\n'

    assert {row.key for row in read(rows)} == {row.key for row in read(moved)}
    # printf '%s' '"a"' | sha256sum
    assert read(rows)[0].key == "case-ac8d8342bbb2"


def test_inspect_samples_become_cases():
    row = one('{"id": 7, "input": "Which?", "target": "B", "choices": ["x", "y"]}')

    assert (row.key, row.expected, row.variables) == ("7", "B", {"choices": ["x", "y"]})


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"input": "x"}, "'ideal' is missing."),
        ({"input": [], "ideal": "x"}, "'input' must be a text, or a list of chat messages."),
        ({"input": [{"role": "robot", "content": "x"}], "ideal": "x"}, "A message must be"),
        (
            {"input": [{"role": "assistant", "content": "x"}], "ideal": "x"},
            "The last message must be the user's",
        ),
        (
            {"input": [{"role": "user", "content": [{"type": "image"}]}], "ideal": "x"},
            "A message's content must be text. Images,",
        ),
        ({"input": "x", "ideal": "x", "idael": 1}, "unknown field 'idael'. Did you mean 'ideal'?"),
    ],
)
def test_a_foreign_sample_that_cannot_be_asked_says_why(row, fault):
    (said,) = read(json.dumps(row), format="openai-evals")

    assert isinstance(said, str)
    assert said.startswith(fault)


def test_an_inspect_sample_that_needs_a_sandbox_is_refused():
    (said,) = read('{"input": "x", "target": "y", "files": {"a": "b"}}')

    assert said == "'files' needs a sandbox with files, which cannot be asked here. Leave this sample out."
