"""Secrets that must be read again, encrypted where they lie: a copy of the database alone opens nothing."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

PURPOSE = b"accounts.second_factor:"


class Unreadable(Exception):
    """It was sealed with a SECRET_KEY that is neither the one of now nor among SECRET_KEY_FALLBACKS."""


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises Unreadable."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415  as below

    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def _box() -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415  weighs 5 MB, and few processes open a secret

    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(PURPOSE + key.encode()).digest())) for key in keys]
    )
