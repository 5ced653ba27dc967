"""CSV that a spreadsheet takes for what it is: text stays text, whoever wrote it."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it; a number stays a number."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def typed(cell: str) -> str:
    """What stands in a cell that we or a spreadsheet wrote: without the apostrophe that keeps it from being a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def written(rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """Each row as a line of CSV."""
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([cell(text) for text in row])
        yield line.getvalue().encode()


def rewritten(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """CSV that comes in chunks of whole rows, with its cells made harmless. A chunk at a time is in memory."""
    for chunk in chunks:
        if any(mark in chunk for mark in (b"=", b"+", b"-", b"@", b"\t", b"\r")):
            yield b"".join(written(csv.reader(io.StringIO(chunk.decode(), newline=""))))
        else:
            yield chunk
