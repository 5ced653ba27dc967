"""One byte string for one value: sorted keys, no spaces, UTF-8, floats by repr, Decimals as strings, UTC instants."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pilots.judging import codec


def canonical_json(value: Any) -> bytes:
    """Equal values give equal bytes. Raises ValueError for NaN and for instants without a time zone."""
    return encoded_json(codec.encode(value))


def encoded_json(value: Any) -> bytes:
    """The same bytes for what `codec.encode` gave."""
    return _ENCODER.encode(value).encode()


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()
