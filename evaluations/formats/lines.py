"""Lines of a file, one at a time, decoded and numbered, so that a large file takes little memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO

from evaluations.formats.draft import BadRow

LONGEST_LINE = 4 * 1024 * 1024  # bytes
LARGEST_DOCUMENT = 50 * 1024 * 1024  # bytes of a file that cannot be read line by line
UTF8_BOM = b"\xef\xbb\xbf"
OTHER_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def numbered(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Every line with its number, from 1, without its end. Raises BadRow for one that is too long."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            for mark, name in OTHER_BOMS.items():
                if line.startswith(mark):
                    raise BadRow(f"The file is {name}. Save it as UTF-8.")
            line = line.removeprefix(UTF8_BOM)
        if len(line) > LONGEST_LINE:
            raise BadRow(
                f"Line {number} is longer than {LONGEST_LINE >> 20} MB. Split it, or check its line ends."
            )
        yield number, line.rstrip(b"\r\n")


def decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRow(f"byte {error.start + 1} is not UTF-8. Save the file as UTF-8.") from error


def parsed(line: bytes | str) -> object:
    """The JSON value of a line."""
    try:
        return json.loads(decoded(line) if isinstance(line, bytes) else line)
    except json.JSONDecodeError as error:
        raise BadRow(
            f"not JSON at character {error.pos + 1} ({error.msg}). Write one object a line."
        ) from error
    except RecursionError as error:
        raise BadRow("nested too deeply. A case needs only flat fields.") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise BadRow(f"not readable as JSON: {error}. Put long numbers in quotes.") from error


def json_rows(stream: IO[bytes]) -> Iterator[tuple[int, object]]:
    """The values of JSON lines, or of one JSON list. A line that is no JSON comes as the BadRow that says why."""
    lines = numbered(stream)
    for number, line in lines:
        if not line.strip():
            continue
        if line.lstrip().startswith(b"[") and not _whole(line):
            yield from enumerate(_list(line, lines), 1)
            return
        try:
            value = parsed(line)
        except BadRow as fault:
            yield number, fault
            continue
        if isinstance(value, list) and number == 1:
            yield from enumerate(value, 1)
        else:
            yield number, value


def _whole(line: bytes) -> bool:
    return line.rstrip().endswith((b"]", b"}")) or len(line) > 10_000


def _list(first: bytes, rest: Iterable[tuple[int, bytes]]) -> list[object]:
    """A JSON list over several lines."""
    pieces, size = [first], len(first)
    for _, line in rest:
        pieces.append(line)
        size += len(line)
        if size > LARGEST_DOCUMENT:
            raise BadRow(f"A list of more than {LARGEST_DOCUMENT >> 20} MB. Write one object a line instead.")
    value = parsed(decoded(b"\n".join(pieces)))
    if not isinstance(value, list):
        raise BadRow("Write one object a line, or one list of objects.")
    return value
