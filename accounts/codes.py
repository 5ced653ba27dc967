"""Codes of a second factor: of an authenticator by the clock (RFC 6238: SHA-1, 30 seconds, six digits, which is what every
app speaks), and recovery codes for the day it is lost."""

import base64
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

SECONDS = 30
DIGITS = 6
DRIFT = 1  # steps that the clock of a phone may be off, either way
RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that reads like another: 49 bits in ten of them


def new_secret() -> str:
    """160 bits, as base32, the way authenticators take it."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // SECONDS


def code_at(secret: str, step: int) -> str:
    """RFC 4226, 5.3, of the counter `step`."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_that_fits(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """The step whose code this is, of those around `now` and later than `after`: a code that counted is none any more."""
    this = step_of(now)
    fits = [
        step
        for step in range(this - DRIFT, this + DRIFT + 1)
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()) and step > after
    ]
    return fits[0] if fits else None


def address(secret: str, *, name: str, issuer: str) -> str:
    """What the QR code says: https://github.com/google/google-authenticator/wiki/Key-Uri-Format."""
    return f"otpauth://totp/{quote(f'{issuer}:{name}')}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


def new_recovery_codes() -> list[str]:
    """Such as `k7m2x-9wq4d`."""
    made = ("".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES))
    return [f"{each[:5]}-{each[5:]}" for each in made]


def as_typed(text: str) -> str:
    """Without what people put between, in lower case."""
    return "".join(text.split()).replace("-", "").lower()
