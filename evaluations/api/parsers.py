"""Cases as they are sent: JSON lines, read as bytes so that every fault can name its line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from rest_framework.parsers import BaseParser

from config.api import Problem

LARGEST_BODY = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Lines:
    """A body of JSON lines, byte for byte."""

    raw: bytes


class JSONLinesParser(BaseParser):
    media_type = "application/x-ndjson"

    def parse(  # type: ignore[override]
        self,
        stream: BinaryIO,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Lines:
        raw = stream.read(LARGEST_BODY + 1)
        if len(raw) > LARGEST_BODY:
            raise Problem(
                status=413,
                code="too_large",
                detail="Send at most 25 MB. Import a larger suite with manage.py import_cases.",
            )
        return Lines(raw)
