"""Files of cases and results as they are sent: spooled to disk, read as bytes so that every fault can name its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO

from rest_framework.parsers import BaseParser

from config.api import Problem
from config.parsers import BoundedJSONParser

LARGEST_BODY = 100 * 1024 * 1024
IN_MEMORY = 1024 * 1024
PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """A body, byte for byte. `name` is no more than the extension of its media type."""

    stream: IO[bytes]
    name: str


class FileParser(BaseParser):
    """Subclasses name a media type and the extension that goes with it."""

    extension = ""

    def parse(  # type: ignore[override]
        self,
        stream: BinaryIO,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Sent:
        kept: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - read by the view, closed when it is done
        size = 0
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > LARGEST_BODY:
                kept.close()
                raise Problem(
                    status=413,
                    code="too_large",
                    detail=f"Send at most {LARGEST_BODY >> 20} MB. Import a larger file with manage.py import_cases.",
                )
            kept.write(piece)
        kept.seek(0)
        return Sent(kept, self.extension)


class CasesParser(BoundedJSONParser):
    """A suite as one document; a larger one is sent by lines."""

    largest = 25 * 1024 * 1024


class JSONLinesParser(FileParser):
    media_type = "application/x-ndjson"
    extension = ".jsonl"


class CSVParser(FileParser):
    media_type = "text/csv"
    extension = ".csv"


class YAMLParser(FileParser):
    media_type = "application/yaml"
    extension = ".yaml"


class BytesParser(FileParser):
    media_type = "application/octet-stream"
