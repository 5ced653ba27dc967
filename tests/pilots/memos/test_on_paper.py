"""A memo as Markdown and PDF. Pure: no database."""

import re
from datetime import UTC, date, datetime
from typing import Any

from pilots.charts.number_line import Reading
from pilots.memos import pdf
from pilots.memos.markdown import markdown, text
from pilots.memos.structure import Answer, Case, Criterion, Document, Line, Machine, Memo, Row, Signature
from pilots.reading.readings import Drawn

EVIL = '#read("/etc/passwd") $x$ *b* <script>alert(1)</script> | [a](javascript:1) `c` @here'
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def memo(**fields: Any) -> Memo:
    case = Case(
        outcome="stop", happens="It ends.", speaks_for=(EVIL,), speaks_against=("Nothing.",), costs=()
    )
    given: dict[str, Any] = {
        "pilot": "a",
        "name": "Invoices",
        "is_demo": False,
        "made_on": date(2026, 11, 20),
        "question": "Go on?",
        "people": (Line(label="Owner", value=EVIL),),
        "scope": (),
        "machine": Machine(number=1, flag="stop", code="HARM", reason=EVIL, as_of=AT, evidence_hash="e" * 64),
        "proposed": None,
        "rows": (
            Row(
                metric=EVIL,
                n="4",
                before="3",
                after="6",
                change="",
                tone="worse",
                interval="",
                confidence="",
                status="Breached",
                no_answer="",
            ),
        ),
        "criteria": (
            Criterion(
                label="Minutes",
                role="Stop trigger",
                status="Breached",
                met=False,
                room="",
                sentence="Worse.",
                chart=Drawn(Reading(estimate=3.0, low=2.0, high=4.0, limit=2.5), "Minutes"),
            ),
        ),
        "answers": (
            Answer(key="time_gained", question="Where?", text=EVIL, confidence="Sure", on=AT.date()),
        ),
        "tests": (),
        "cases": (case,),
        "spent": (),
        "minimum": (),
        "failures": (),
        "fallback": (),
        "risks": (),
        "trade_offs": (),
        "reviews": (),
    }
    return Memo(**(given | fields))


def signed(found: Memo) -> Document:
    return Document(
        memo=found,
        signature=Signature(
            outcome="stop",
            reason=EVIL,
            against_reason="",
            by="Maria",
            at=AT,
            second="",
            second_at=None,
            extend_mode="",
            extend_until=None,
            settles="",
            removed_parts="",
            lessons="",
            review_on=AT.date(),
            supersedes=None,
            number=7,
        ),
    )


def test_a_memo_survives_its_json_and_keeps_its_hash() -> None:
    document = signed(memo())

    again = Document.read(document.data().decode(), document.memo.persons)
    assert (again, again.hash) == (document, document.hash)


def test_the_day_it_is_made_is_no_part_of_the_fingerprint_but_a_word_is() -> None:
    assert memo(made_on=date(2027, 1, 1)).fingerprint == memo().fingerprint
    assert memo(question="Stop?").fingerprint != memo().fingerprint


def test_people_go_by_their_names_on_paper_and_by_pseudonyms_in_what_is_hashed() -> None:
    owner = Line(label="Owner", value="Olivia Okafor")
    document = Document(memo=memo(people=(owner,), persons={"Person 3f2a91c0d4": "Olivia Okafor"}))

    on_paper = pdf._data(document)["people"][0]["value"]

    assert (on_paper, "Olivia Okafor" in markdown(document)) == ("Olivia Okafor", True)
    assert b"Olivia" not in document.data()
    assert b"Person 3f2a91c0d4" in document.data()


def test_nothing_that_somebody_wrote_is_markup_in_markdown() -> None:
    found = markdown(signed(memo()))

    assert text(EVIL) in found
    assert "<script>" not in found
    assert not re.search(r"(?<!\\)\[a\]", found)
    assert signed(memo()).hash in found


def test_nothing_that_somebody_wrote_is_run_on_paper_and_the_hash_is_printed() -> None:
    """typst would refuse the file, or fail on the markup, were it read."""
    document = signed(memo())

    made = pdf.pdf(document)

    assert made[:5] == b"%PDF-"
    assert pdf.pdf(document) == made
    assert all(page[:4] == b"\x89PNG" for page in pdf.pages(document, ppi=20))
