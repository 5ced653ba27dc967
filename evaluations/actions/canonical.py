"""One spelling of a value, so that equal content has an equal hash on every machine."""

import hashlib
import json

from evaluations.formats.text import storable, storable_json

__all__ = ["canonical_json", "sha256_of", "storable", "storable_json"]


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces. Raises ValueError for NaN and infinity, TypeError for other types."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_of(value: object) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
