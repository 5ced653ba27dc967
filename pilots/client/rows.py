"""From what a script says to rows that can be sent any number of times and count once."""

import csv
import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .errors import ClientError

Row = dict[str, Any]


def complete(row: Mapping[str, Any], *, now: datetime) -> Row:
    """With its own moment and its own external_id: sent later, or twice, it is the same measurement."""
    whole = {name: plain(value) for name, value in row.items() if value is not None and value != ""}
    if "observed_at" not in whole:
        whole["observed_at"] = now.isoformat()
    if "external_id" not in whole:
        whole["external_id"] = uuid.uuid4().hex
    return whole


def complete_file(rows: Iterable[Mapping[str, Any]], *, now: datetime) -> list[Row]:
    """Rows of a file that say when they were observed have an id of their content, so that the same file posted again,
    or grown, counts once; a row that is there twice counts twice."""
    seen: Counter[str] = Counter()
    completed = []
    for row in rows:
        if row.get("observed_at") and not row.get("external_id"):
            content = encode(dict(sorted(row.items()))).decode()
            seen[content] += 1
            digest = hashlib.sha256(f"{seen[content]}:{content}".encode()).hexdigest()
            row = {**row, "external_id": digest[:32]}
        completed.append(complete(row, now=now))
    return completed


def read_file(path: Path) -> Iterator[Mapping[str, Any]]:
    """NDJSON (.ndjson, .jsonl), CSV with a header (.csv). Raises ClientError that names the line."""
    readers = {".ndjson": _ndjson, ".jsonl": _ndjson, ".csv": _csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ClientError(f"{path} is none of {', '.join(readers)}. Rename it, or convert it.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from reader(path, file)
    except OSError as error:
        raise ClientError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ClientError(f"{path} is not UTF-8. Save it as UTF-8 and post it again.") from error


def encode(document: Any) -> bytes:
    """Numbers that JSON does not know are sent as they are: the server names the row and what is wrong with it."""
    return json.dumps(document, default=plain, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "replace"
    )


def plain(value: Any) -> Any:
    """A moment as ISO 8601 with its zone, a number of another library as a number, anything else as a text."""
    if value is None or isinstance(value, str | int | float | list | tuple | dict):
        return value
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.astimezone(UTC)).isoformat()
    item = getattr(value, "item", None)
    return item() if callable(item) else str(value)


def _ndjson(path: Path, file: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ClientError(
                f"{path}, line {number}: this is no JSON ({error}). Nothing was posted."
            ) from None
        if not isinstance(row, dict):
            raise ClientError(f"{path}, line {number}: write one object a line. Nothing was posted.")
        yield row


def _csv(path: Path, file: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    reader = csv.DictReader(file, strict=True)
    try:
        for row in reader:
            if None in row or None in row.values():
                raise ClientError(
                    f"{path}, line {reader.line_num}: not as many cells as the header. Nothing was posted."
                )
            yield {name.strip(): _cell(name.strip(), cell) for name, cell in row.items() if cell != ""}
    except csv.Error as error:
        raise ClientError(f"{path}, line {reader.line_num}: {error}. Nothing was posted.") from None


def _cell(name: str, cell: str) -> Any:
    """A context in a table is an object written as JSON."""
    if name != "context":
        return cell
    try:
        return json.loads(cell)
    except ValueError:
        return cell  # the server says what is wrong with it
