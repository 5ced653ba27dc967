"""Frozen dataclasses to canonical JSON values and back.

Guarantees: equal objects give equal JSON values, whatever the order in which mappings were filled and however a
Decimal was written (3.40 and 3.4 are one number). Instants are UTC, `2026-03-01T00:00:00Z`; an instant without
a time zone is refused.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Hashable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def decimal_text(value: Decimal) -> str:
    """Shortest plain notation: no exponent, no trailing zeros, no minus zero. Raises ValueError for NaN and infinity."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a number that can be recorded; leave the value out instead")
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def instant_text(value: datetime) -> str:
    """UTC in ISO 8601 with a Z; microseconds only where there are any."""
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone; pass an aware datetime")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def number_text(value: float) -> float | str:
    """A float as it is; infinities as the words `inf` and `-inf`, since JSON has no sign for them."""
    if math.isnan(value):
        raise ValueError("NaN cannot be recorded; use null for a figure that does not exist")
    return value if math.isfinite(value) else ("inf" if value > 0 else "-inf")


def encode(value: Any) -> Any:
    """Plain JSON values (dict, list, str, int, float, bool, None). Raises TypeError for a type it does not know."""
    if value is None or (isinstance(value, bool | int) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    return _encode_compound(value)


def _encode_compound(value: Any) -> Any:
    if isinstance(value, float):
        return number_text(float(value))
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(value[key]) for key in sorted(value)}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in a record")


def rounded(value: Any, digits: int) -> Any:
    """An encoded value with every float cut to so many significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, dict):
        return {key: rounded(item, digits) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item, digits) for item in value]
    return value


@cache
def _hints(cls: Hashable) -> dict[str, Any]:
    return get_type_hints(cls)


def decode(cls: type[T], data: Any) -> T:
    """The dataclass `cls` that encode() wrote. Raises ValueError that names an unknown or missing field."""
    if not isinstance(data, Mapping):
        kind = type(data).__name__
        raise ValueError(f"{cls.__name__} must be an object, got {kind}")
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    unknown = sorted(set(data) - set(fields))
    if unknown:
        raise ValueError(f"{cls.__name__} has no field {unknown[0]!r}; it has {', '.join(fields)}")
    hints = _hints(cls)  # type: ignore[arg-type]
    try:
        return cls(**{name: _decode(hints[name], value) for name, value in data.items()})
    except TypeError as error:
        raise ValueError(f"{cls.__name__} is incomplete: {error}") from error


def _decode(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        options = [option for option in get_args(hint) if option is not type(None)]
        return _decode(options[0], value) if len(options) == 1 and value is not None else value
    if origin is tuple:
        return tuple(_decode(get_args(hint)[0], item) for item in value)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _decode(get_args(hint)[1], item) for key, item in value.items()}
    return _decode_scalar(hint, value)


def _decode_scalar(hint: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(hint):
        return decode(hint, value)  # type: ignore[arg-type]
    if hint is Decimal:
        return Decimal(str(value))
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is date:
        return date.fromisoformat(value)
    if hint is float:
        return float(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
