"""CSV, strictly: UTF-8, one header, as many cells a row as it has names."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import IO

from evaluations.formats.draft import BadRow
from evaluations.formats.lines import LONGEST_LINE, decoded, numbered

DELIMITERS = (",", ";", "\t")


class Table:
    """`header` at once, `rows` as they are read: (line number, cells by name), or the BadRow that says why not."""

    def __init__(self, stream: IO[bytes]) -> None:
        csv.field_size_limit(LONGEST_LINE)
        self.line = 0
        self._source = self._text(stream)
        first = next(self._source, "")
        self.delimiter = max(DELIMITERS, key=first.count)
        self._reader = csv.reader(self._chain(first), delimiter=self.delimiter, strict=True)
        try:
            self.header = [name.strip() for name in next(self._reader, [])]
        except csv.Error as error:
            raise BadRow(f"The header cannot be read: {error}. Write names separated by commas.") from error
        self._refuse_header()

    def rows(self) -> Iterator[tuple[int, dict[str, str] | BadRow]]:
        """`number` counts rows of data from 1, as a spreadsheet's row less the header."""
        number = 0
        while True:
            number += 1
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                yield (
                    number,
                    BadRow(f"cannot be read: {error}. Double each quotation mark inside a quoted cell."),
                )
                return
            except BadRow as fault:
                yield number, fault
                return
            if cells is None:
                return
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(self.header):
                yield (
                    number,
                    BadRow(
                        f"{len(cells)} cells where the header has {len(self.header)}. Quote cells with a "
                        f"{'tab' if self.delimiter == chr(9) else self.delimiter} inside."
                    ),
                )
            else:
                yield number, dict(zip(self.header, cells, strict=True))

    def _text(self, stream: IO[bytes]) -> Iterator[str]:
        for self.line, line in numbered(stream):
            yield decoded(line) + "\n"

    def _chain(self, first: str) -> Iterator[str]:
        yield first
        yield from self._source

    def _refuse_header(self) -> None:
        if not any(self.header):
            raise BadRow("The file is empty. The first line must name the columns.")
        for name in self.header:
            if not name:
                raise BadRow("A column has no name. Name it in the first line, or remove it.")
            if self.header.count(name) > 1:
                raise BadRow(f"Two columns are called {name!r}. Rename or remove one.")
