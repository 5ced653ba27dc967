"""Whatever the bytes: spans, or a refusal that says why. Nothing else comes out of a decoder."""

import contextlib
import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilots.api.otlp import compression, dialects, json_format, protobuf
from pilots.api.otlp.span import Span, TooLarge, Unreadable
from tests.pilots.api.otlp import exports
from tests.pilots.api.otlp.exports import GEN_AI, span
from tests.pilots.api.otlp.test_dialects import LANGFUSE, OPENINFERENCE

SPANS = [
    span(1, GEN_AI | {"pilotage.unit_id": "u1"}, failed=True, status="timeout"),
    span(2, OPENINFERENCE, parent=1, events=[("exception", 1.0, {"exception.type": "E"})]),
    span(3, LANGFUSE),
]
PROTOBUF = exports.protobuf(*SPANS)
JSON = exports.in_json(*SPANS)
Read = Callable[..., list[Span]]
often = settings(max_examples=300)


def put(read: Read, raw: bytes) -> int:
    """How many spans came out; -1 for a refusal."""
    try:
        return sum(1 for each in read(raw, most=100) if dialects.seen(each))
    except Unreadable:
        return -1


def test_both_encodings_say_the_same():
    assert protobuf.spans(PROTOBUF, most=3) == json_format.spans(JSON, most=3)


@pytest.mark.parametrize(("read", "raw"), [(protobuf.spans, PROTOBUF), (json_format.spans, JSON)])
def test_cut_anywhere_it_is_no_export(read: Read, raw: bytes):
    assert {put(read, raw[:length]) for length in range(1, len(raw))} == {-1}


@often
@given(at=st.integers(0, len(PROTOBUF) - 1), byte=st.integers(0, 255), cut=st.integers(0, 20))
def test_protobuf_with_any_byte_changed(at: int, byte: int, cut: int):
    put(protobuf.spans, PROTOBUF[:at] + bytes([byte]) + PROTOBUF[at + 1 + cut :])


@often
@given(
    at=st.integers(0, len(JSON) - 1),
    piece=st.sampled_from([b"", b"0", b'"', b"[", b"{}", b"null", b"-", b"\xff"]),
)
def test_json_with_any_byte_changed(at: int, piece: bytes):
    put(json_format.spans, JSON[:at] + piece + JSON[at + 1 :])


@often
@given(raw=st.binary(max_size=80))
def test_any_bytes(raw: bytes):
    put(protobuf.spans, raw)
    put(json_format.spans, raw)


any_value = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
document = st.recursive(
    any_value,
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(
        st.sampled_from(
            ["resourceSpans", "scopeSpans", "spans", "resource", "attributes", "events", "status", "key", "value",
             "traceId", "startTimeUnixNano", "stringValue", "intValue", "doubleValue", "arrayValue", "values", "code"]
        ),
        inner,
        max_size=3,
    ),
    max_leaves=12,
)  # fmt: skip


@often
@given(found=document)
def test_json_of_any_types(found: Any):
    put(json_format.spans, json.dumps(found).encode())


@pytest.mark.parametrize("opening", [b'{"resourceSpans":', b'{"resourceSpans":[{"x":'])
def test_json_nested_without_end_is_refused(opening: bytes):
    assert put(json_format.spans, opening + b"[" * 100_000) == -1


def test_protobuf_nested_without_end_is_refused():
    nested = b""
    for _ in range(300):
        inner = b"\x0a" + _varint(len(nested)) + nested  # ArrayValue.values
        nested = b"\x2a" + _varint(len(inner)) + inner  # AnyValue.array_value
    attribute = b"\x0a\x01k\x12" + _varint(len(nested)) + nested
    resource = b"\x0a" + _varint(len(attribute)) + attribute
    each = b"\x0a" + _varint(len(resource)) + resource

    assert put(protobuf.spans, b"\x0a" + _varint(len(each)) + each) == -1


@pytest.mark.parametrize("read", [protobuf.spans, json_format.spans])
def test_more_spans_than_allowed_are_refused(read: Read):
    raw = PROTOBUF if read is protobuf.spans else JSON

    with pytest.raises(TooLarge):
        read(raw, most=2)


def test_gzip_is_undone():
    packed = gzip.compress(PROTOBUF[:100]) + gzip.compress(PROTOBUF[100:])

    assert compression.gunzip(packed, most=len(PROTOBUF)) == PROTOBUF


def test_a_bomb_is_defused_before_it_fills_the_memory():
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))

    with pytest.raises(TooLarge):
        compression.gunzip(gzip.decompress(bomb), most=1_000_000)


@pytest.mark.parametrize("packed", [b"no gzip", zlib.compress(b"deflate"), gzip.compress(PROTOBUF)[:-9]])
def test_what_is_no_whole_gzip_is_refused(packed: bytes):
    with pytest.raises(Unreadable):
        compression.gunzip(packed, most=100_000)


@often
@given(at=st.integers(0, 200), byte=st.integers(0, 255))
def test_gzip_with_any_byte_changed(at: int, byte: int):
    packed = bytearray(gzip.compress(PROTOBUF, mtime=0))
    packed[at] = byte

    with contextlib.suppress(Unreadable, TooLarge):
        compression.gunzip(bytes(packed), most=100_000)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
