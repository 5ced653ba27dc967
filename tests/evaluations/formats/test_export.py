from __future__ import annotations

import pytest

from evaluations.formats.export import as_csv, as_jsonl, cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_text_is_taken_for_a_formula(text):
    assert cell(text) == "'" + text


@pytest.mark.parametrize(
    ("value", "shown"), [(-1.5, -1.5), (None, ""), (True, "true"), ("a=b", "a=b"), ({"a": 1}, '{"a": 1}')]
)
def test_numbers_and_plain_texts_stay(value, shown):
    assert cell(value) == shown


def test_rows_are_written_one_by_one():
    rows = [{"a": "x,y", "b": 1}, {"a": "=z", "b": None}]

    assert b"".join(as_csv(iter(rows), ["a", "b"])) == b'a,b\r\n"x,y",1\r\n\'=z,\r\n'
    assert list(as_jsonl(iter(rows))) == [b'{"a": "x,y", "b": 1}\n', b'{"a": "=z", "b": null}\n']
