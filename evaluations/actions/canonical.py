"""One spelling of a value, so that equal content has an equal hash on every machine."""

import hashlib
import json
from collections.abc import Iterable


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
