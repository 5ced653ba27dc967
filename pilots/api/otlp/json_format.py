"""Spans from OTLP in JSON: ids in hexadecimal, 64-bit numbers as text or numbers, names in camelCase."""

import re
from typing import Any

import msgspec

from pilots.api.otlp import names
from pilots.api.otlp.span import Event, Span, TooLarge, Unreadable

STATUS_ERROR = (2, "STATUS_CODE_ERROR")
HEXADECIMAL = re.compile(r"[0-9a-fA-F]*")


class _Value(msgspec.Struct, rename="camel"):
    string_value: str | None = None
    int_value: int | str | None = None
    double_value: float | str | None = None
    bool_value: bool | None = None
    array_value: "_Array | None" = None


class _Array(msgspec.Struct):
    values: list[_Value] | None = None


class _Attribute(msgspec.Struct):
    key: str = ""
    value: _Value | None = None


class _Event(msgspec.Struct, rename="camel"):
    name: str = ""
    time_unix_nano: int | str = 0
    attributes: list[_Attribute] | None = None


class _Status(msgspec.Struct):
    code: int | str | None = None
    message: str | None = None


class _Span(msgspec.Struct, rename="camel"):
    trace_id: str = ""
    span_id: str = ""
    parent_span_id: str | None = None
    start_time_unix_nano: int | str = 0
    end_time_unix_nano: int | str = 0
    status: _Status | None = None
    attributes: list[_Attribute] | None = None
    events: list[_Event] | None = None


class _Scope(msgspec.Struct):
    spans: list[_Span] | None = None


class _Resource(msgspec.Struct):
    attributes: list[_Attribute] | None = None


class _ResourceSpans(msgspec.Struct, rename="camel"):
    resource: _Resource | None = None
    scope_spans: list[_Scope] | None = None


class _Request(msgspec.Struct, rename="camel"):
    resource_spans: list[_ResourceSpans] | None = None


DECODER = msgspec.json.Decoder(_Request)


def spans(raw: bytes, *, most: int) -> list[Span]:
    """Raises Unreadable for anything but an ExportTraceServiceRequest, TooLarge for more spans than `most`."""
    try:
        request = DECODER.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        raise Unreadable("The JSON is nested too deeply.") from None
    except UnicodeDecodeError as error:
        raise Unreadable(f"Byte {error.start} is not UTF-8.") from None
    except msgspec.DecodeError as error:
        raise Unreadable(f"The body is no ExportTraceServiceRequest in JSON: {error}.") from None
    scopes = [
        (_attributes(each.resource.attributes if each.resource else None, names.OF_RESOURCE), scope)
        for each in request.resource_spans or ()
        for scope in each.scope_spans or ()
    ]
    if sum(len(scope.spans or ()) for _, scope in scopes) > most:
        raise TooLarge
    return [_span(span, resource) for resource, scope in scopes for span in scope.spans or ()]


def _span(span: _Span, resource: dict[str, Any]) -> Span:
    status = span.status
    return Span(
        _id(span.trace_id),
        _id(span.span_id),
        _id(span.parent_span_id or ""),
        _whole(span.start_time_unix_nano),
        _whole(span.end_time_unix_nano),
        status is not None and status.code in STATUS_ERROR,
        (status.message or "") if status else "",
        _attributes(span.attributes, names.OF_SPAN),
        tuple(map(_event, span.events or ())),
        resource,
    )


def _id(given: str) -> str:
    """As hexadecimal; what is none has no length that an id may have."""
    return given.lower() if HEXADECIMAL.fullmatch(given) else "?"


def _event(event: _Event) -> Event:
    told = _attributes(event.attributes, names.OF_SPAN) if event.name == "exception" else {}
    exception = f"{told.get('exception.type', '')} {told.get('exception.message', '')}"
    return Event(event.name, _whole(event.time_unix_nano), exception if told else "")


def _attributes(given: list[_Attribute] | None, wanted: frozenset[str]) -> dict[str, Any]:
    return {each.key: _value(each.value) for each in given or () if each.key in wanted and each.value}


def _value(value: _Value) -> Any:
    if value.string_value is not None:
        return value.string_value
    if value.int_value is not None:
        return _whole(value.int_value)
    if value.double_value is not None:
        return _fraction(value.double_value)
    if value.bool_value is not None:
        return value.bool_value
    if value.array_value is not None:
        return tuple(each.string_value for each in value.array_value.values or () if each.string_value)
    return None


def _whole(given: int | str) -> int:
    """-1, which no field takes, for text that is no number or is beyond 64 bits."""
    if isinstance(given, str):
        if not (given.isascii() and given.removeprefix("-").isdigit() and len(given) <= 20):
            return -1
        given = int(given)
    return given if -(2**63) <= given < 2**64 else -1


def _fraction(given: float | str) -> float | None:
    try:
        return float(given)
    except ValueError:
        return None
