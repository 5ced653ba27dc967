from typing import Any

import msgspec
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer


class JSON(BaseRenderer):
    """Decimals as numbers with all their digits, times as ISO 8601; 10 times faster than the standard library."""

    media_type = "application/json"
    format = "json"
    charset = None
    encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=lambda value: _plain(value))

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else self.encoder.encode(data)


class Lines(JSON):
    """For what a view streams by itself; a problem in its place is JSON as everywhere."""

    media_type = "application/x-ndjson"
    format = "ndjson"


class Table(JSON):
    media_type = "text/csv"
    format = "csv"


def _plain(value: object) -> object:
    """Sentences of Django and DRF are subclasses of text, or not yet translated."""
    if isinstance(value, str | Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON")
