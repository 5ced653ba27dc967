"""DRF's part in reading a body: by media type, not beyond the limit, and no row looked at yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from rest_framework.parsers import BaseParser

from config.api import Problem
from pilots.api import bodies


@dataclass(frozen=True)
class Body:
    """What was sent, byte for byte, with the decoder that its Content-Type names."""

    raw: bytes
    media_type: str
    decoder: Callable[[bytes], bodies.Posted]

    def decoded(self) -> bodies.Posted:
        """Raises Problem 400 for what cannot be read, 413 for too many rows."""
        try:
            return self.decoder(self.raw)
        except bodies.Unreadable as error:
            raise Problem(status=400, code=error.code, detail=str(error)) from None
        except bodies.TooLarge:
            raise too_large() from None


def too_large() -> Problem:
    return Problem(
        status=413,
        code="too_large",
        detail=f"Send at most {bodies.MOST_ROWS:,} measurements or 5 MB at a time; split the batch.",
    )


class MeasurementParser(BaseParser):
    """Subclasses name a media type of `bodies.DECODERS`."""

    def parse(  # type: ignore[override]
        self,
        stream: BinaryIO,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Body:
        meta = (parser_context or {})["request"].META
        _refuse_encodings(meta, (parser_context or {}).get("encoding", "utf-8"))
        if _announced(meta) > bodies.LARGEST_BODY:
            raise too_large()
        raw = stream.read(bodies.LARGEST_BODY + 1)
        if len(raw) > bodies.LARGEST_BODY:
            raise too_large()
        return Body(raw, self.media_type, bodies.DECODERS[self.media_type])


class JSONBody(MeasurementParser):
    media_type = "application/json"


class NDJSONBody(MeasurementParser):
    media_type = "application/x-ndjson"


class CSVBody(MeasurementParser):
    media_type = "text/csv"


class FormBody(MeasurementParser):
    media_type = "application/x-www-form-urlencoded"


MEASUREMENT_PARSERS = [JSONBody, NDJSONBody, CSVBody, FormBody]


def _announced(meta: Mapping[str, str]) -> int:
    given = meta.get("CONTENT_LENGTH") or ""
    return int(given) if given.isdigit() else 0


def _refuse_encodings(meta: Mapping[str, str], charset: str) -> None:
    coding = meta.get("HTTP_CONTENT_ENCODING", "identity")
    if coding.lower() not in {"", "identity"}:
        raise Problem(
            status=415, code="unsupported_encoding", detail="Send the body uncompressed, up to 5 MB."
        )
    if charset.lower() not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        raise Problem(
            status=415, code="unsupported_charset", detail="Send the body in UTF-8, and say so or nothing."
        )
