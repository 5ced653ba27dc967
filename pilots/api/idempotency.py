"""The same request twice is done once: the first answer is kept under the key and given again."""

import hashlib
import struct
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from config.api import Problem
from pilots.api.reports import Answer
from pilots.models import IdempotentAnswer, Token

HEADER = "HTTP_IDEMPOTENCY_KEY"  # as WSGI names it
LONGEST_KEY = 255


def key_of(header: str | None, token: Token | None) -> str | None:
    """The checked Idempotency-Key. Raises Problem 400 for one that cannot be kept."""
    if header is None:
        return None
    if not 0 < len(header) <= LONGEST_KEY or not header.isascii() or not header.isprintable():
        raise Problem(
            status=400,
            code="bad_idempotency_key",
            detail=f"Send an Idempotency-Key of 1 to {LONGEST_KEY} plain characters, or leave the header out.",
        )
    if token is None:
        raise Problem(
            status=400,
            code="idempotency_needs_token",
            detail="Answers are kept per token: send this with a token, or leave Idempotency-Key out.",
        )
    return header


def request_hash(address: str, media_type: str, raw: bytes) -> str:
    """SHA-256 of all that decides what a request does."""
    digest = hashlib.sha256(f"{address}\n{media_type}\n".encode())
    digest.update(raw)
    return digest.hexdigest()


@transaction.atomic
def once(
    *, token: Token, key: str, body_hash: str, now: datetime, act: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """The answer, and whether it is a replay. What `act` stores and the kept answer stand or fall together.

    Two requests under one key at the same moment take turns. Raises Problem 422 when the key was used for another request.
    """
    _take_turns(token, key)
    kept = IdempotentAnswer.objects.filter(token=token, key=key).first()
    if kept is None:
        answer = act()
        IdempotentAnswer.objects.create(
            token=token,
            key=key,
            body_hash=body_hash,
            status=answer.status,
            answer=answer.body,
            created_at=now,
        )
        return answer, False
    if kept.body_hash != body_hash:
        raise Problem(
            status=422,
            code="idempotency_key_reused",
            detail="This Idempotency-Key was used for another body or address. Choose a new key for a new request.",
        )
    return Answer(kept.status, kept.answer), True


def _take_turns(token: Token, key: str) -> None:
    digest = hashlib.sha256(f"{token.pk}:{key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", struct.unpack(">q", digest[:8]))
