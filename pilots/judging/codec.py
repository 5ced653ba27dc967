"""Frozen dataclasses to canonical JSON values and back.

Guarantees: equal objects give equal JSON values, whatever the order in which mappings were filled and however a
Decimal was written (3.40 and 3.4 are one number). Instants are UTC, `2026-03-01T00:00:00Z`; an instant without
a time zone is refused.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from operator import attrgetter
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

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
    kind = type(value)
    return value if kind in _PLAIN else _encoder(kind)(value)  # type: ignore[arg-type]


_PLAIN = frozenset({str, int, bool, type(None)})
Encoder = Callable[[Any], Any]


@cache
def _encoder(kind: Hashable) -> Encoder:
    """How values of one type are written: found once, since a record holds thousands of them."""
    assert isinstance(kind, type)
    if issubclass(kind, Enum):
        return attrgetter("value")
    for known, encoder in _ENCODERS.items():
        if issubclass(kind, known):
            return encoder
    if dataclasses.is_dataclass(kind):
        return _fields_encoder(kind)
    raise TypeError(f"{kind.__name__} has no place in a record")


def _fields_encoder(kind: type) -> Encoder:
    names = tuple(field.name for field in dataclasses.fields(kind))

    def encoded(value: Any) -> dict[str, Any]:
        found = {}
        for name in names:
            item = getattr(value, name)
            found[name] = item if type(item) in _PLAIN else encode(item)
        return found

    return encoded


def _same(value: Any) -> Any:
    return value


def _encode_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): encode(value[key]) for key in sorted(value)}


def _encode_list(value: Iterable[Any]) -> list[Any]:
    return [encode(item) for item in value]


# In this order: a bool is an int, and an instant is a date.
_ENCODERS: dict[type, Encoder] = {
    bool: _same,
    int: _same,
    str: _same,
    float: lambda value: number_text(float(value)),
    Decimal: decimal_text,
    datetime: instant_text,
    date: date.isoformat,
    Mapping: _encode_mapping,
    tuple: _encode_list,
    list: _encode_list,
}


def rounded(value: Any, digits: int) -> Any:
    """An encoded value with every float cut to so many significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, dict):
        return {key: item if type(item) in _PLAIN else rounded(item, digits) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item, digits) for item in value]
    return value


def decode(cls: type[T], data: Any) -> T:
    """The dataclass `cls` that encode() wrote. Raises ValueError that names an unknown or missing field."""
    if not isinstance(data, Mapping):
        kind = type(data).__name__
        raise ValueError(f"{cls.__name__} must be an object, got {kind}")
    decoders = _decoders(cls)  # type: ignore[arg-type]
    if unknown := sorted(data.keys() - decoders.keys()):
        raise ValueError(f"{cls.__name__} has no field {unknown[0]!r}; it has {', '.join(decoders)}")
    try:
        return cls(**{name: decoders[name](value) for name, value in data.items()})
    except TypeError as error:
        raise ValueError(f"{cls.__name__} is incomplete: {error}") from error


Decoder = Callable[[Any], Any]


@cache
def _decoders(cls: Hashable) -> dict[str, Decoder]:
    hints = get_type_hints(cls)
    return {field.name: _decoder(hints[field.name]) for field in dataclasses.fields(cls)}  # type: ignore[arg-type]


def _decoder(hint: Any) -> Decoder:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        options = [option for option in get_args(hint) if option is not type(None)]
        return _optional(_decoder(options[0])) if len(options) == 1 else _same
    if origin is tuple:
        return _tuple_of(_decoder(get_args(hint)[0]))
    if origin is Literal:
        return _same
    if origin is not None and issubclass(origin, Mapping):
        return _mapping_of(_decoder(get_args(hint)[1]))
    return _scalar_decoder(hint)


def _optional(inner: Decoder) -> Decoder:
    return lambda value: None if value is None else inner(value)


def _tuple_of(inner: Decoder) -> Decoder:
    return lambda value: tuple(inner(item) for item in value)


def _mapping_of(inner: Decoder) -> Decoder:
    return lambda value: {key: inner(item) for key, item in value.items()}


def _scalar_decoder(hint: Any) -> Decoder:
    if dataclasses.is_dataclass(hint):
        return partial(decode, hint)  # type: ignore[arg-type]
    if hint is Decimal:
        return lambda value: Decimal(str(value))
    if hint in (datetime, date):
        decoder: Decoder = hint.fromisoformat
        return decoder
    if hint is float or (isinstance(hint, type) and issubclass(hint, Enum)):
        constructor: Decoder = hint
        return constructor
    return _same
