"""JSON bodies of the API: read up to a limit. Measurements and cases have parsers and limits of their own."""

import io
from collections.abc import Mapping
from typing import Any, BinaryIO

from rest_framework.exceptions import APIException
from rest_framework.parsers import JSONParser

# DRF loads this module while it loads its own views, so nothing here may import config.api.
LARGEST = 1024 * 1024


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = "Send at most 1 MB of JSON here."


class BoundedJSONParser(JSONParser):
    def parse(  # type: ignore[override]
        self,
        stream: BinaryIO,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise TooLarge
        return super().parse(io.BytesIO(raw), media_type, parser_context)
