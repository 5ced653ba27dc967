import csv
import io

import pytest

from pilots.exports.tables import cell, rewritten, written


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=-1"])
def test_what_a_spreadsheet_would_run_stays_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-1.5", "+3", "-1e-05", "", "a=b", "2026-11-20", "1 - 2"])
def test_numbers_and_harmless_text_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


def test_a_table_that_comes_in_chunks_is_made_harmless_and_nothing_else_changes() -> None:
    rows = [["id", "segment"], ["1", "=1+1"], ["2", 'a "quoted", line\nbreak'], ["3", "-2"]]
    text = io.StringIO()
    csv.writer(text).writerows(rows)

    found = b"".join(rewritten([text.getvalue().encode()]))

    assert list(csv.reader(io.StringIO(found.decode(), newline=""))) == [
        ["id", "segment"],
        ["1", "'=1+1"],
        ["2", 'a "quoted", line\nbreak'],
        ["3", "-2"],
    ]
    assert b"".join(written(rows[:1])) == b"id,segment\r\n"
