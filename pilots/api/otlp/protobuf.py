"""Spans from binary OTLP, by protobuf's C decoder; attributes that no dialect knows are passed over."""

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanMessage

from pilots.api.otlp import names
from pilots.api.otlp.span import Event, Span, TooLarge, Unreadable

STATUS_ERROR = 2


def spans(raw: bytes, *, most: int) -> list[Span]:
    """Raises Unreadable for anything but an ExportTraceServiceRequest, TooLarge for more spans than `most`."""
    try:
        request = ExportTraceServiceRequest.FromString(raw)
    except DecodeError:
        raise Unreadable(
            "The body is no ExportTraceServiceRequest in protobuf: it is cut short, or of another kind. "
            "Check the exporter's protocol, http/protobuf or http/json."
        ) from None
    if sum(len(scope.spans) for each in request.resource_spans for scope in each.scope_spans) > most:
        raise TooLarge
    found: list[Span] = []
    for each in request.resource_spans:
        resource = _attributes(each.resource.attributes, names.OF_RESOURCE)
        for scope in each.scope_spans:
            found += [_span(span, resource) for span in scope.spans]
    return found


def _span(span: SpanMessage, resource: dict[str, Any]) -> Span:
    events = span.events
    status = span.status
    return Span(
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.start_time_unix_nano,
        span.end_time_unix_nano,
        status.code == STATUS_ERROR,
        status.message,
        _attributes(span.attributes, names.OF_SPAN),
        tuple(map(_event, events)) if events else (),
        resource,
    )


def _event(event: SpanMessage.Event) -> Event:
    told = _attributes(event.attributes, names.OF_SPAN) if event.name == "exception" else {}
    exception = f"{told.get('exception.type', '')} {told.get('exception.message', '')}"
    return Event(event.name, event.time_unix_nano, exception if told else "")


def _attributes(given: Iterable[KeyValue], wanted: frozenset[str]) -> dict[str, Any]:
    found = {}
    for each in given:
        name = each.key
        if name in wanted:
            found[name] = _value(each.value)
    return found


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind is None or kind in {"kvlist_value", "bytes_value"}:
        return None
    if kind == "array_value":
        return [each.string_value for each in value.array_value.values if each.string_value]
    return getattr(value, kind)
