"""Files of cases, whatever their format: opened, recognised, read row by row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO

from evaluations.formats import documents, foreign, native, promptfoo
from evaluations.formats.draft import BadRow
from evaluations.formats.lines import json_rows
from evaluations.formats.report import Coverage, Reading, Rows
from evaluations.formats.table import Table

FORMATS: Mapping[str, str] = {
    "jsonl": "Pilotage, JSON lines",
    "csv": "Pilotage, CSV",
    "openai-evals": "OpenAI evals, JSON lines (input, ideal)",
    "inspect": "Inspect dataset, JSON lines (input, target)",
    "promptfoo-csv": "promptfoo, CSV (__expected)",
    "promptfoo-yaml": "promptfoo, YAML (tests)",
    "promptfoo-jsonl": "promptfoo, JSON lines (vars, assert)",
}
PEEK = 64 * 1024
PROMPTFOO = frozenset({"promptfoo-csv", "promptfoo-yaml", "promptfoo-jsonl"})


def read(stream: IO[bytes], *, name: str = "", format: str = "", provenance: str = "real") -> Reading:
    """`stream` can seek. `format` is one of FORMATS, "" to be recognised by the file's name and beginning.

    Raises BadRow for a file that cannot be read at all; the fault of a single row comes in its place.
    """
    stream.seek(0)
    recognised = format or recognise(stream.read(PEEK), name)
    if recognised not in FORMATS:
        raise BadRow(f"Unknown format {recognised!r}. Known: {', '.join(FORMATS)}.")
    stream.seek(0)
    coverage = Coverage()
    return Reading(recognised, _rows(recognised, stream, coverage, provenance), coverage)


def recognise(beginning: bytes, name: str = "") -> str:
    """The format of a file that begins like this."""
    text = beginning.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip()
    extension = name.lower().rpartition(".")[2]
    if extension in ("yaml", "yml"):
        return "promptfoo-yaml"
    if extension == "csv" or (text and text[0] not in "{[" and extension not in ("json", "jsonl", "ndjson")):
        return _of_header(text)
    return _of_fields(_first_object(text))


def _of_header(text: str) -> str:
    header = text.partition("\n")[0]
    if "__expected" in header or "__metadata" in header:
        return "promptfoo-csv"
    beginning = header.lstrip("-# ").strip()
    if beginning.endswith(":") and "," not in beginning:
        return "promptfoo-yaml"
    return "csv"


def _of_fields(first: Mapping[str, object]) -> str:
    if "ideal" in first:
        return "openai-evals"
    if "target" in first:
        return "inspect"
    if "vars" in first or "assert" in first:
        return "promptfoo-jsonl"
    return "jsonl"


def _first_object(text: str) -> Mapping[str, object]:
    try:
        value, _ = json.JSONDecoder().raw_decode(text.lstrip("[ \r\n\t"))
    except (ValueError, RecursionError):
        # The first row is longer than what was looked at, or broken: its field names still tell.
        return {field: None for field in ("ideal", "target", "vars") if f'"{field}":' in text[:2000]}
    return value if isinstance(value, dict) else {}


def _rows(format: str, stream: IO[bytes], coverage: Coverage, provenance: str) -> Rows:
    if format == "csv":
        return native.from_table(Table(stream), provenance=provenance)
    if format == "promptfoo-csv":
        return promptfoo.from_table(Table(stream), coverage, provenance=provenance)
    if format == "promptfoo-yaml":
        return promptfoo.from_document(documents.read(stream), coverage, provenance=provenance)
    rows = json_rows(stream)
    if format == "promptfoo-jsonl":
        return promptfoo.from_tests(rows, coverage, provenance=provenance)
    if format == "jsonl":
        return native.from_objects(rows, provenance=provenance)
    read = foreign.openai_sample if format == "openai-evals" else foreign.inspect_sample
    return foreign.from_objects(rows, read, provenance=provenance)
