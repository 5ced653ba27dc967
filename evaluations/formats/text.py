"""What a database can hold as text."""

from __future__ import annotations

import json
import re

NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")


def storable(text: str) -> bool:
    """PostgreSQL holds neither NUL nor half a surrogate pair."""
    return NO_TEXT.search(text) is None


def storable_json(value: object) -> bool:
    """The same of every text inside a JSON value; NaN and infinity are no JSON either."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        return False
    return storable(text) and "\\u0000" not in text


def made_storable(text: str) -> str:
    """A model may answer with what the database cannot hold: each such character becomes the replacement sign."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
