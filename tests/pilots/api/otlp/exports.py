"""Exports as senders make them, in both encodings, from the shortest description of a span."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

TRACE = "5b8efff798038103d269b633813fc60c"
START_NS = 1795175400_000_000_000  # 2026-11-20T11:50:00Z, ten minutes before the factories' NOW

GEN_AI = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "model-x",
    "gen_ai.response.model": "model-x-2026",
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.input_tokens": 120,
    "gen_ai.usage.output_tokens": 30,
    "gen_ai.response.time_to_first_chunk": 0.25,
}


def span(
    number: int = 1,
    attributes: Mapping[str, Any] = GEN_AI,
    *,
    parent: int | None = None,
    seconds: float = 1.5,
    failed: bool = False,
    status: str = "",
    events: Sequence[tuple[str, float, Mapping[str, Any]]] = (),
    trace: str = TRACE,
) -> dict[str, Any]:
    """`events`: name, seconds after the start, attributes."""
    return {
        "trace": trace,
        "id": f"{number:016x}",
        "parent": "" if parent is None else f"{parent:016x}",
        "end": START_NS + int(seconds * 10**9),
        "attributes": dict(attributes),
        "failed": failed,
        "status": status,
        "events": list(events),
    }


def protobuf(*spans: Mapping[str, Any], resource: Mapping[str, Any] | None = None) -> bytes:
    request = ExportTraceServiceRequest()
    each = request.resource_spans.add()
    each.resource.attributes.extend(_pairs(resource or {"service.name": "checker"}))
    each.scope_spans.add().spans.extend(
        Span(
            trace_id=bytes.fromhex(given["trace"]),
            span_id=bytes.fromhex(given["id"]),
            parent_span_id=bytes.fromhex(given["parent"]),
            name="call",
            start_time_unix_nano=START_NS,
            end_time_unix_nano=given["end"],
            attributes=_pairs(given["attributes"]),
            status=Status(code=2 if given["failed"] else 0, message=given["status"]),
            events=[
                Span.Event(name=name, time_unix_nano=START_NS + int(after * 10**9), attributes=_pairs(told))
                for name, after, told in given["events"]
            ],
        )
        for given in spans
    )
    return request.SerializeToString()


def in_json(*spans: Mapping[str, Any], resource: Mapping[str, Any] | None = None) -> bytes:
    return json.dumps(
        {
            "resourceSpans": [
                {
                    "resource": {"attributes": _json_pairs(resource or {"service.name": "checker"})},
                    "scopeSpans": [
                        {
                            "scope": {"name": "test"},
                            "spans": [
                                {
                                    "traceId": given["trace"].upper(),
                                    "spanId": given["id"],
                                    "parentSpanId": given["parent"],
                                    "name": "call",
                                    "kind": 3,
                                    "startTimeUnixNano": str(START_NS),
                                    "endTimeUnixNano": str(given["end"]),
                                    "attributes": _json_pairs(given["attributes"]),
                                    "status": {"code": 2, "message": given["status"]}
                                    if given["failed"]
                                    else {},
                                    "events": [
                                        {
                                            "name": name,
                                            "timeUnixNano": str(START_NS + int(after * 10**9)),
                                            "attributes": _json_pairs(told),
                                        }
                                        for name, after, told in given["events"]
                                    ],
                                }
                                for given in spans
                            ],
                        }
                    ],
                }
            ]
        }
    ).encode()


def _pairs(given: Mapping[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=name, value=_value(value)) for name, value in given.items()]


def _value(value: Any) -> AnyValue:
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int):
        return AnyValue(int_value=value)
    if isinstance(value, float):
        return AnyValue(double_value=value)
    if isinstance(value, list):
        return AnyValue(array_value=ArrayValue(values=map(_value, value)))
    return AnyValue(string_value=value)


def _json_pairs(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _json_value(value)} for name, value in given.items()]


def _json_value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value if isfinite(value) else "NaN"}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_json_value(each) for each in value]}}
    return {"stringValue": value}
