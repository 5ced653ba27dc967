"""Answers in the encoding of the request, as the protocol wants them.

Protobuf by hand: two messages of two fields (opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse and
google.rpc.Status) do not need a compiled class.
"""

import msgspec

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
LONGEST = 2000


def of_export(*, rejected: int, message: str, media_type: str) -> bytes:
    """Empty when all is well. A message without rejected spans is a remark, which the protocol allows."""
    message = message[:LONGEST]
    if media_type == JSON:
        partial = {"rejectedSpans": str(rejected), "errorMessage": message}
        return msgspec.json.encode({"partialSuccess": partial} if rejected or message else {})
    if not (rejected or message):
        return b""
    return _field(1, (_number(1, rejected) if rejected else b"") + _field(2, message.encode()))


def of_refusal(*, code: int, message: str, media_type: str) -> bytes:
    """A google.rpc.Status; `code` is one of google.rpc.Code."""
    message = message[:LONGEST]
    if media_type == JSON:
        return msgspec.json.encode({"code": code, "message": message})
    return _number(1, code) + _field(2, message.encode())


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
