"""Rows of a suite as somebody sent them, read into cases. Every fault names its row and what to do."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches

from evaluations.actions.canonical import storable, storable_json
from evaluations.models.suite import Provenance

FIELDS = ("id", "input", "expected", "scenario", "must_abstain", "provenance")
LONGEST = {"id": 200, "scenario": 100}  # characters, as the database holds them
FAULTS_SHOWN = 20

Expected = str | list[str] | dict[str, object]


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """A case before it belongs to a version. `expected` is a text, texts of which any will do, or an object."""

    key: str
    input: str
    expected: Expected = ""
    scenario: str = ""
    must_abstain: bool = False
    provenance: str = Provenance.REAL.value

    def content(self) -> dict[str, object]:
        """What the content hash covers."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class RowFault:
    """`row` counts from 1; 0 means the rows as a whole."""

    row: int
    message: str

    def __str__(self) -> str:
        return f"Row {self.row}: {self.message}" if self.row else self.message


class CasesRefused(Exception):
    """Nothing was stored. `faults` holds the first of them, in order of their rows."""

    def __init__(self, faults: list[RowFault]) -> None:
        self.faults = faults[:FAULTS_SHOWN]
        super().__init__(" ".join(str(fault) for fault in self.faults))


class _Fault(Exception):
    """What is wrong with the row at hand."""


def read_jsonl(data: bytes, *, provenance: str = Provenance.REAL.value) -> list[CaseDraft]:
    """One JSON object a line, UTF-8; empty lines are skipped but counted. Raises CasesRefused."""
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return _read(
        ((number, line) for number, line in enumerate(lines, 1) if line.strip()), provenance=provenance
    )


def read_rows(rows: Iterable[object], *, provenance: str = Provenance.REAL.value) -> list[CaseDraft]:
    """Rows that are parsed already. Raises CasesRefused."""
    return _read(enumerate(rows, 1), provenance=provenance)


def _read(numbered: Iterable[tuple[int, object]], *, provenance: str) -> list[CaseDraft]:
    drafts: list[CaseDraft] = []
    faults: list[RowFault] = []
    seen: dict[str, int] = {}
    for number, row in numbered:
        try:
            draft = _draft(_parsed(row) if isinstance(row, bytes) else row, provenance)
            first = seen.setdefault(draft.key, number)
            if first != number:
                raise _Fault(f"the id {draft.key!r} is already used in row {first}. Give each case its own.")
            drafts.append(draft)
        except _Fault as fault:
            faults.append(RowFault(number, str(fault)))
            if len(faults) == FAULTS_SHOWN:
                break
    if not faults and not drafts:
        faults.append(RowFault(0, 'No cases found. Send one JSON object a line: {"id": "…", "input": "…"}.'))
    if faults:
        raise CasesRefused(faults)
    return drafts


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _Fault(f"byte {error.start + 1} is not UTF-8. Save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise _Fault(
            f"not JSON at character {error.pos + 1} ({error.msg}). Write one object a line."
        ) from error
    except RecursionError as error:
        raise _Fault("nested too deeply. A case needs only flat fields.") from error


def _draft(row: object, provenance: str) -> CaseDraft:
    if not isinstance(row, dict):
        raise _Fault('not an object. Write {"id": "…", "input": "…", "expected": "…"}.')
    for name in row:
        if name not in FIELDS:
            raise _Fault(f"unknown field {name!r}. {_nearest(str(name))}")
    return CaseDraft(
        key=_text(row, "id", required=True),
        input=_text(row, "input", required=True),
        expected=_expected(row.get("expected")),
        scenario=_text(row, "scenario"),
        must_abstain=_yes_or_no(row, "must_abstain"),
        provenance=_provenance(_text(row, "provenance") or provenance),
    )


def _nearest(name: str) -> str:
    close = get_close_matches(name, FIELDS, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"Known fields: {', '.join(FIELDS)}."


def _text(row: dict[str, object], name: str, *, required: bool = False) -> str:
    value = row.get(name)
    value = "" if value is None else value
    if not isinstance(value, str):
        raise _Fault(f"{name!r} must be a text. Put it in quotes.")
    if required and not value.strip():
        raise _Fault(f"{name!r} is missing or empty. Every case needs one.")
    if len(value) > LONGEST.get(name, len(value)):
        raise _Fault(f"{name!r} is longer than {LONGEST[name]} characters. Shorten it.")
    _storable(value, name)
    return value


def _storable(value: str, name: str) -> None:
    if not storable(value):
        raise _Fault(f"{name!r} holds a character that is no text (NUL or half a pair). Remove it.")


def _expected(value: object) -> Expected:
    if value is None:
        return ""
    if isinstance(value, str):
        _storable(value, "expected")
        return value
    if isinstance(value, dict) or (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        if not storable_json(value):
            raise _Fault(
                "'expected' holds NaN, infinity or a character that is no text. Use numbers and texts."
            )
        return value
    raise _Fault("'expected' must be a text, a list of texts or an object. Put a number in quotes.")


def _yes_or_no(row: dict[str, object], name: str) -> bool:
    value = row.get(name, False)
    if not isinstance(value, bool):
        raise _Fault(f"{name!r} must be true or false, without quotes.")
    return value


def _provenance(value: str) -> str:
    if value not in Provenance.values:
        raise _Fault(f"unknown provenance {value!r}. Known: {', '.join(Provenance.values)}.")
    return value
