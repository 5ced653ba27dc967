"""From the bytes of a request to rows, still unchecked. No Django here: each decoder can be measured and fuzzed alone.

JSON numbers arrive as written (Decimal), so that 0.1 is 0.1. Every decoder raises Unreadable, TooLarge or nothing.
"""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, Literal
from urllib.parse import parse_qsl

import msgspec

LARGEST_BODY = 5 * 1024 * 1024
MOST_ROWS = 10_000
MOST_FORM_FIELDS = 100
DEEPEST = 20
ENVELOPE = "measurements"

Shape = Literal["one", "list", "envelope"]
ZERO_BYTE = "A text holds a zero byte, which no field can keep. Remove it."
DECODER = msgspec.json.Decoder(float_hook=Decimal)


class Unreadable(Exception):
    """The body is not what its Content-Type says; the message says where and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class TooLarge(Exception):
    """More rows or bytes than one request may carry."""


@dataclass(frozen=True)
class Posted:
    """Rows in the order sent, and the shape they were sent in."""

    rows: list[Any]
    shape: Shape

    def pointer(self, index: int) -> str:
        """JSON pointer to a row; lines of NDJSON and CSV count from 0 like a list."""
        return {"one": "", "list": f"/{index}", "envelope": f"/{ENVELOPE}/{index}"}[self.shape]


def of_json(raw: bytes) -> Posted:
    """One object, a list of them, or `{"measurements": […]}`."""
    document = _document(raw.removeprefix(b"\xef\xbb\xbf"))
    if isinstance(document, list):
        return _limited(document, "list", flat=_is_flat(raw, document))
    if not isinstance(document, dict):
        raise Unreadable("not_measurements", "Send one measurement as an object, or a list of them.")
    if ENVELOPE not in document:
        return Posted([_plain_row(document)], "one")
    rows = document[ENVELOPE]
    if not isinstance(rows, list) or len(document) > 1:
        raise Unreadable("not_measurements", f"An envelope holds {ENVELOPE}, a list, and nothing else.")
    return _limited(rows, "envelope", flat=_is_flat(raw, [document, *rows]))


def of_ndjson(raw: bytes) -> Posted:
    """One object a line; empty lines are passed over."""
    lines = raw.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if sum(1 for line in lines if line.strip()) > MOST_ROWS:
        raise TooLarge
    rows = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            rows.append(_document(line, place=f"Line {number}: "))
    return _limited(rows, "list")


def of_csv(raw: bytes) -> Posted:
    """A header of field names, then one measurement a line. An empty cell was not sent."""
    text = _text(raw.removeprefix(b"\xef\xbb\xbf"))
    if "\x00" in text:
        raise Unreadable("malformed", ZERO_BYTE)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Any] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        if len(set(header)) != len(header) or not all(header):
            raise Unreadable("malformed", "Line 1: give each column a name of its own, such as metric,value.")
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                raise Unreadable(
                    "malformed",
                    f"Line {reader.line_num}: {len(cells)} cells where the header names {len(header)} columns.",
                )
            rows.append({name: cell for name, cell in zip(header, cells, strict=True) if cell != ""})
            if len(rows) > MOST_ROWS:
                raise TooLarge
    except csv.Error as error:
        raise Unreadable("malformed", f"Line {reader.line_num}: {error}.") from None
    return _limited([_read_context(row) for row in rows], "list")


def of_form(raw: bytes) -> Posted:
    """One measurement as `curl -d metric=… -d value=…` sends it."""
    try:
        pairs = parse_qsl(
            _text(raw),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FORM_FIELDS,
        )
    except ValueError:
        raise Unreadable(
            "malformed",
            "The form could not be read. Send metric=…&value=…, or JSON with its own Content-Type.",
        ) from None
    row = dict(pairs)
    if _holds_zero_byte(row):
        raise Unreadable("malformed", ZERO_BYTE)
    if len(row) != len(pairs):
        raise Unreadable("malformed", "A form holds one measurement: send each field once, or a JSON list.")
    return Posted([_plain_row(_read_context(row))], "one")


DECODERS: dict[str, Callable[[bytes], Posted]] = {
    "application/json": of_json,
    "application/x-ndjson": of_ndjson,
    "text/csv": of_csv,
    "application/x-www-form-urlencoded": of_form,
}


def _limited(rows: list[Any], shape: Shape, *, flat: bool = False) -> Posted:
    if len(rows) > MOST_ROWS:
        raise TooLarge
    return Posted(rows if flat else [_plain_row(row) for row in rows], shape)


def _is_flat(raw: bytes, objects: list[Any]) -> bool:
    """Whether nothing is nested in these objects, told by the number of brackets."""
    alike = raw.count(b"[") == 1 and raw.count(b"{") == len(objects)
    return alike and set(map(type, objects)) <= {dict}


def _document(raw: bytes, *, place: str = "") -> Any:
    document = _decoded(raw, place=place)
    if b"\\u0000" in raw and _holds_zero_byte(document):
        raise Unreadable("malformed", f"{place}{ZERO_BYTE}")
    return document


def _decoded(raw: bytes, *, place: str) -> Any:
    try:
        return DECODER.decode(raw)
    except RecursionError:
        raise Unreadable("malformed", f"{place}The JSON is nested too deeply.") from None
    except InvalidOperation:
        raise Unreadable("malformed", f"{place}A number's exponent is beyond all measure.") from None
    except UnicodeDecodeError:
        _text(raw, place=place)
        raise
    except msgspec.DecodeError as error:
        if b"NaN" in raw or b"Infinity" in raw:
            return _lenient_document(raw, place=place)
        raise Unreadable("malformed", f"{place}{_fault(error, raw)}") from None


def _fault(error: msgspec.DecodeError, raw: bytes) -> str:
    if "truncated" in str(error):
        return f"The JSON ends too early, at byte {len(raw)}."
    return f"{error}."


def _lenient_document(raw: bytes, *, place: str) -> Any:
    """Python's own json writes NaN and Infinity, which JSON does not know: read them, so that the row is named."""
    try:
        document = json.loads(raw, parse_float=Decimal, parse_constant=Decimal)
        json.dumps(document, ensure_ascii=False, default=str).encode()  # half a surrogate pair fails here
    except (RecursionError, InvalidOperation):
        raise Unreadable("malformed", f"{place}The JSON is nested too deeply or out of range.") from None
    except UnicodeEncodeError:
        raise Unreadable(
            "malformed", f"{place}A text holds half a surrogate pair. Send whole characters."
        ) from None
    except ValueError as error:
        raise Unreadable("malformed", f"{place}JSON is malformed: {error}.") from None
    return document


def _text(raw: bytes, *, place: str = "") -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(
            "malformed", f"{place}Byte {error.start} is not UTF-8. Save the file as UTF-8 and send it again."
        ) from None


def _holds_zero_byte(document: Any) -> bool:
    left = [document]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            left += [*value, *value.values()]
        elif isinstance(value, list):
            left += value
        elif isinstance(value, str) and "\x00" in value:
            return True
    return False


def _plain_row(row: Any) -> Any:
    """Nested values, of which only context may be one, as JSON that can be kept: it has no decimals of its own."""
    if not isinstance(row, dict):
        return _plain(row)
    nested = {name: _plain(value) for name, value in row.items() if isinstance(value, dict | list)}
    return {**row, **nested} if nested else row


def _plain(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise Unreadable("malformed", f"The JSON is nested more than {DEEPEST} levels deep.")
    if isinstance(value, Decimal):
        plain = float(value)
        return plain if isfinite(plain) else str(value)
    if isinstance(value, dict):
        return {name: _plain(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, depth + 1) for inner in value]
    return value


def _read_context(row: dict[str, Any]) -> dict[str, Any]:
    """Forms and tables hold text only; a context in them is an object written as JSON."""
    if not row.get("context"):
        return row
    try:
        return {**row, "context": msgspec.json.decode(row["context"])}
    except (msgspec.DecodeError, RecursionError):
        return row  # stays text, which the row's own check names
