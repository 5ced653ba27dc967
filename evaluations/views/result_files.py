"""All results of a run as a file, written while they are read. Used by the run's page and by REST."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.http import StreamingHttpResponse

from evaluations.formats.export import as_csv, as_jsonl
from evaluations.models import Run
from evaluations.queries.exports import COLUMNS, rows

Write = Callable[[Iterable[Mapping[str, Any]]], Iterator[bytes]]
FILES: Mapping[str, tuple[str, Write]] = {
    "jsonl": ("application/x-ndjson", as_jsonl),
    "csv": ("text/csv; charset=utf-8", lambda found: as_csv(found, COLUMNS)),
}


def as_file(run: Run, extension: str, *, unit_id: str = "") -> StreamingHttpResponse:
    """`extension` is one of FILES. In CSV no cell is a formula. Of one item alone by its id."""
    media_type, write = FILES[extension]
    return StreamingHttpResponse(
        write(rows(run, unit_id=unit_id)),
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="run-{run.pk}.{extension}"'},
    )
