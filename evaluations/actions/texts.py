"""What of a text is stored: as it came, without personal data, or nothing but its hash. Scores were made before."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from evaluations.models.run import Result, Texts
from evaluations.redaction import redacted


def unclassified() -> Texts:
    """For what belongs to no pilot, and so has no data class."""
    return Texts(settings.TEXTS_STORED.get("none", Texts.AS_IS))


def kept(text: str, how: str) -> str:
    if how == Texts.HASH:
        return ""
    return redacted(text) if how == Texts.REDACTED else text


def hash_of(text: str) -> str:
    """SHA-256 of the text with its white space made single, so that equal answers have equal hashes; "" of nothing."""
    words = " ".join(text.split())
    return hashlib.sha256(words.encode()).hexdigest() if words else ""


def is_as_it_came(result: Result) -> bool:
    """Whether the stored text is the answer itself. Results of before hashes were kept are."""
    return not result.answer_hash or hash_of(result.answer) == result.answer_hash


def kept_judgements(judgements: Iterable[Mapping[str, object]], how: str) -> list[dict[str, Any]]:
    """The reasons of a judging model quote the answer."""
    return [{**each, "reason": kept(str(each.get("reason", "")), how)} for each in judgements]
