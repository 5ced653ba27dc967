"""One spelling of a value, so that equal content has an equal hash on every machine."""

import hashlib
import json
import re
from collections.abc import Iterable

NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")


def storable(text: str) -> bool:
    """PostgreSQL holds neither NUL nor half a surrogate pair."""
    return NO_TEXT.search(text) is None


def storable_json(value: object) -> bool:
    """The same of every text inside a JSON value; NaN and infinity are no JSON either."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return False
    return storable(text) and "\\u0000" not in text


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces. Raises ValueError for NaN and infinity, TypeError for other types."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_of(value: object) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def sha256_of_list(values: Iterable[object]) -> str:
    """The same as `sha256_of(list(values))`, without holding the list's text in memory."""
    digest = hashlib.sha256(b"[")
    for index, value in enumerate(values):
        digest.update((("," if index else "") + canonical_json(value)).encode())
    digest.update(b"]")
    return digest.hexdigest()
