"""Spans from binary OTLP, by protobuf's C decoder; attributes that no dialect knows are passed over."""

from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from pilots.api.otlp import names, wire
from pilots.api.otlp.span import Event, Span, TooLarge, Unreadable

STATUS_ERROR = 2
LONGEST_KNOWN = 300
NO_EXPORT = (
    "The body is no ExportTraceServiceRequest in protobuf: it is cut short, or of another kind. "
    "Check the exporter's protocol, http/protobuf or http/json."
)


def spans(raw: bytes, *, most: int) -> list[Span]:
    """Raises Unreadable for anything but an ExportTraceServiceRequest, TooLarge for more spans than `most`."""
    try:
        request = wire.Request.FromString(raw)
        if sum(len(scope.spans) for each in request.resource_spans for scope in each.scope_spans) > most:
            raise TooLarge
        of_resource, of_span = Known(names.OF_RESOURCE), Known(names.OF_SPAN)
        found: list[Span] = []
        for each in request.resource_spans:
            resource = of_resource.read(each.resource.attributes)
            for scope in each.scope_spans:
                found += [_span(span, resource, of_span) for span in scope.spans]
        return found
    except DecodeError:
        raise Unreadable(NO_EXPORT) from None


class Known(dict[bytes, tuple[str, Any] | None]):
    """Attributes by their bytes: name and value, or None for one that nobody asks for. Each is decoded at its first
    appearance; long ones, prompts and answers, are not kept."""

    def __init__(self, wanted: frozenset[str]) -> None:
        super().__init__()
        self.wanted = wanted

    def __missing__(self, raw: bytes) -> tuple[str, Any] | None:
        attribute = KeyValue.FromString(raw)
        name = attribute.key
        found = (name, _value(attribute.value)) if name in self.wanted else None
        if len(raw) <= LONGEST_KNOWN:
            self[raw] = found
        return found

    def read(self, attributes: Any) -> dict[str, Any]:
        return dict(filter(None, map(self.__getitem__, attributes[:])))


def _span(span: Any, resource: dict[str, Any], known: Known) -> Span:
    failed, message = False, ""
    if span.HasField("status"):
        status = span.status
        failed, message = status.code == STATUS_ERROR, status.message
    events = span.events
    return Span(
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.start_time_unix_nano,
        span.end_time_unix_nano,
        failed,
        message,
        known.read(span.attributes),
        tuple([_event(event, known) for event in events]) if events else (),
        resource,
    )


def _event(event: Any, known: Known) -> Event:
    told = known.read(event.attributes) if event.name == "exception" else {}
    exception = f"{told.get('exception.type', '')} {told.get('exception.message', '')}"
    return Event(event.name, event.time_unix_nano, exception if told else "")


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind is None or kind in {"kvlist_value", "bytes_value"}:
        return None
    if kind == "array_value":
        return tuple(each.string_value for each in value.array_value.values if each.string_value)
    return getattr(value, kind)
