"""What a single field of a posted row may hold: read, or refused with what to do."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any, TypedDict

from django.utils.dateparse import parse_datetime

LONGEST_CONTEXT = 10_000
LARGEST_EXPONENT = 18
TOO_LARGE = "The value is larger than 10^18. Check its unit."
TEXTS = {"unit_id": 200, "segment": 100, "load": 50, "fingerprint": 64, "external_id": 200, "source": 100}
FIELDS = (
    "metric",
    "value",
    "observed_at",
    "phase",
    "candidate",
    "unit_id",
    "segment",
    "load",
    "fingerprint",
    "context",
    "outcome",
    "attempts",
    "provenance",
    "external_id",
    "source",
)


class Fault(TypedDict):
    """One fault of a row: a JSON pointer into it, a word for programs, a sentence that says what to do."""

    pointer: str
    code: str
    message: str


class Faulty(Exception):
    """A field that cannot be taken as it is."""

    def __init__(self, field: str, code: str, message: str) -> None:
        super().__init__(message)
        self.fault: Fault = {"pointer": f"/{field}", "code": code, "message": message}


def nearest(name: str, known: Mapping[str, Any] | tuple[str, ...] | list[str]) -> str:
    """` Did you mean …?` with the closest known name, or the empty string."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else ""


def unknown(name: object) -> Fault:
    text = str(name)[:100]
    escaped = text.replace("~", "~0").replace("/", "~1")
    return {
        "pointer": f"/{escaped}",
        "code": "unknown_field",
        "message": f"There is no field {text}.{nearest(text, FIELDS)}",
    }


def named(given: object, known: Mapping[str, Any], *, field: str, what: str) -> Any:
    if not isinstance(given, str) or not given:
        raise Faulty(
            field, "required", f"Name the {what}. This pilot has: {', '.join(sorted(known)) or 'none yet'}."
        )
    if given not in known:
        raise Faulty(
            field, f"unknown_{what}", f"This pilot has no {what} {given[:100]}.{nearest(given, known)}"
        )
    return known[given]


def choice(raw: Mapping[str, Any], field: str, values: list[str], *, default: str) -> str:
    given = raw.get(field)
    if given is None or given == "":
        return default
    if not isinstance(given, str) or given not in values:
        raise Faulty(
            field, "unknown_value", f"{field} is one of: {', '.join(values)}.{nearest(str(given), values)}"
        )
    return given


def number(given: object) -> Decimal:
    if isinstance(given, bool):
        raise Faulty("value", "not_a_number", "Send a number: 1 for true, 0 for false.")
    try:
        value = Decimal(str(given) if isinstance(given, int | float | str) else given)  # type: ignore[arg-type]
    except (InvalidOperation, TypeError, ValueError):
        raise Faulty("value", "not_a_number", "Send value as a number, with a point for decimals.") from None
    if not value.is_finite():
        raise Faulty(
            "value",
            "not_finite",
            "NaN and infinity are no measurements. Send an outcome such as error instead.",
        )
    try:
        rounded = round(value, 10).normalize() if value else Decimal(0)
    except (
        InvalidOperation
    ):  # more digits than are reckoned with: the next whole number has 19 before the point
        raise Faulty("value", "too_large", TOO_LARGE) from None
    if rounded.adjusted() >= LARGEST_EXPONENT:
        raise Faulty("value", "too_large", TOO_LARGE)
    return rounded


def instant(given: object) -> datetime:
    message = "Send observed_at in ISO 8601 with a time zone, such as 2026-11-21T09:30:00Z."
    if isinstance(given, datetime):
        at: datetime | None = given
    else:
        try:
            at = parse_datetime(given) if isinstance(given, str) else None
        except ValueError:
            at = None
    if at is None or at.tzinfo is None:
        raise Faulty("observed_at", "not_an_instant", message)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise Faulty("observed_at", "not_an_instant", message) from None


def text(raw: Mapping[str, Any], field: str, longest: int) -> str:
    given = raw.get(field)
    if given is None:
        return ""
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str):
        raise Faulty(field, "not_text", f"Send {field} as text.")
    if len(given) > longest:
        raise Faulty(field, "too_long", f"{field} holds at most {longest} characters.")
    if not storable(given):
        raise Faulty(field, "not_text", f"{field} holds a zero byte or half a character. Send readable text.")
    return given


def storable(text: str) -> bool:
    """PostgreSQL keeps neither zero bytes nor halves of surrogate pairs."""
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def context(given: object) -> str:
    """As JSON text."""
    found = {} if given is None or given == "" else given
    if not isinstance(found, Mapping):
        raise Faulty(
            "context", "not_an_object", 'Send context as an object, such as {"document": "sha256:…"}.'
        )
    try:
        text = json.dumps(dict(found), ensure_ascii=False, allow_nan=False, default=str)
    except (ValueError, TypeError, RecursionError):
        raise Faulty(
            "context", "not_text", "context holds NaN, infinity, or nests too deeply. Send plain values."
        ) from None
    if not (storable(text) and "\\u0000" not in text):
        raise Faulty(
            "context", "not_text", "context holds a zero byte or half a character. Send readable text."
        )
    if len(text) > LONGEST_CONTEXT:
        raise Faulty("context", "too_long", f"context holds at most {LONGEST_CONTEXT} characters of JSON.")
    return text
