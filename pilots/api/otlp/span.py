from typing import Any, NamedTuple

import msgspec


class Unreadable(Exception):
    """The body is not what its Content-Type says; the message says what to do."""


class TooLarge(Exception):
    """More bytes or spans than one request may carry."""


class Event(NamedTuple):
    """Something that happened during a span; of its attributes, the type and message of an exception."""

    name: str
    at_ns: int
    exception: str


class Span(msgspec.Struct, gc=False):
    """A span as sent, of which only attributes that some dialect knows were kept. Values: text, numbers, truths, tuples
    of text. Ids are hexadecimal. `resource` are the attributes of whatever sent it: one object for all its spans."""

    trace_id: str
    span_id: str
    parent_id: str
    start_ns: int
    end_ns: int
    failed: bool
    status_message: str
    attributes: dict[str, Any]
    events: tuple[Event, ...]
    resource: dict[str, Any]
