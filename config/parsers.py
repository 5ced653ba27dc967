"""JSON bodies of the API: bounded in bytes and depth, and refused with what is wrong. Measurements have their own."""

import json
from collections.abc import Mapping
from typing import Any, BinaryIO, NoReturn

from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser

# DRF loads this module while it loads its own views, so nothing here may import config.api.
DEEPEST = 50


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"


class Malformed(APIException):
    status_code = 400
    default_code = "malformed"


class BoundedJSONParser(BaseParser):
    """UTF-8, no NaN or infinity, at most `largest` bytes and DEEPEST levels."""

    media_type = "application/json"
    largest = 1024 * 1024

    def parse(  # type: ignore[override]
        self,
        stream: BinaryIO,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = stream.read(self.largest + 1)
        if len(raw) > self.largest:
            raise TooLarge(f"Send at most {self.largest // 1024**2} MB of JSON here.")
        try:
            document = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
            _refuse_depth(document)
        except UnicodeDecodeError as error:
            raise _malformed(f"Byte {error.start} is not UTF-8.") from None
        except RecursionError:
            raise _malformed(f"It is nested more than {DEEPEST} levels deep.") from None
        except json.JSONDecodeError as error:
            raise _malformed(f"{error.msg}, at line {error.lineno}, column {error.colno}.") from None
        except ValueError as error:
            raise _malformed(f"{error}.") from None
        return document


def _malformed(sentence: str) -> Malformed:
    return Malformed(f"The body cannot be read as JSON. {sentence}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _refuse_depth(document: Any) -> None:
    """Level by level, without recursion. Raises RecursionError."""
    level, depth = [document], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise RecursionError
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
