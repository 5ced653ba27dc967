"""From a span of any dialect to a model call; everything else is no call: agents, tools, retrieval, web requests."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from math import isfinite
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from pilots.actions.calls import Call, SeenSpan
from pilots.api.otlp import names, outcomes
from pilots.api.otlp.span import Span

OPERATIONS = frozenset({"chat", "text_completion", "generate_content", "embeddings", "completion"})
KINDS = {
    names.OPERATION: OPERATIONS,
    names.OPENINFERENCE_KIND: frozenset({"LLM", "EMBEDDING"}),
    names.LANGFUSE_TYPE: frozenset({"generation", "embedding"}),
    names.OPENLLMETRY_KIND: frozenset(),
    names.OPENLLMETRY_REQUEST: frozenset({"chat", "completion", "embedding", "rerank"}),
}
"""For each attribute that tells kinds of spans apart: the values of which a span is one call of a model."""

LONGEST_FINGERPRINT = 64
LATEST_NS = 2**63
NO_TRACE, NO_SPAN = "0" * 32, "0" * 16
BAD_IDS = "Trace ids have 16 bytes and span ids 8, and neither is zero."
BAD_TIMES = "A span ends after it starts, and both times are set."


class Told(NamedTuple):
    """What a call says of itself, its numbers, time and unit aside."""

    outcome: str
    models: tuple[str, ...]
    fingerprint: str
    labels: Mapping[str, str]


class Shape:
    """Spans whose attributes have the same names in the same order: which of them say what."""

    def __init__(self, given: Iterable[str]) -> None:
        present = frozenset(given)
        self.steady = _values_of(tuple(present - names.OF_ONE_CALL))
        self.numbers = [
            (quantity, found)
            for quantity, known in (*names.TOKENS.items(), ("cost", names.COST))
            if (found := tuple(name for name in known if name in present))
        ]
        self.has_unit = names.UNIT in present
        self.speaks_langfuse = not present.isdisjoint((names.LANGFUSE_USAGE, names.LANGFUSE_COST))
        self.has_first_token = not present.isdisjoint((*names.FIRST_TOKEN_S, names.LANGFUSE_STARTED))
        self.told: dict[tuple[Any, ...], tuple[str, Told | None]] = {}

    def read(self, span: Span) -> tuple[str, Told | None]:
        """The pilot it names, and what it tells; None for a span that is no call. What was read of one span is known for all
        that say the same."""
        steady = self.steady(span.attributes)
        exceptions = tuple([event.exception for event in span.events]) if span.events else ()
        # 1, 1.0 and true are equal, and are not the same text.
        kinds = tuple(map(type, steady))
        key = steady, kinds, span.failed, span.status_message, exceptions, id(span.resource)
        found = self.told.get(key)
        if found is None:
            told = _told(span) if _is_call(span.attributes) else None
            found = self.told[key] = _pilot(span), told
        return found


class Shapes(dict[tuple[str, ...], Shape]):
    """What spans of one export repeat of each other. Their resources are told apart by identity: never keep it longer."""

    def __missing__(self, given: tuple[str, ...]) -> Shape:
        found = self[given] = Shape(given)
        return found


def seen(span: Span, shapes: Shapes | None = None) -> SeenSpan:
    """`shapes` is shared by the spans of one export."""
    attributes, trace_id = span.attributes, span.trace_id
    key = f"{trace_id}:{span.span_id}"
    parent = f"{trace_id}:{span.parent_id}" if span.parent_id else ""
    shape = (Shapes() if shapes is None else shapes)[tuple(attributes)]
    pilot, told = shape.read(span)
    if told is None:
        return SeenSpan(key, parent, pilot, None)
    if fault := _fault(span):
        return SeenSpan(key, parent, pilot, None, fault)
    unit = attributes[names.UNIT] if shape.has_unit else None
    call = Call(
        span.end_ns,
        told.outcome,
        told.models,
        told.fingerprint,
        _amounts(span, shape),
        told.labels,
        "" if unit is None else str(unit),
    )
    return SeenSpan(key, parent, pilot, call)


def _values_of(given: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """What takes these values out of attributes, always as a tuple."""
    if len(given) > 1:
        return itemgetter(*given)
    return lambda attributes: tuple([attributes[name] for name in given])


def _pilot(span: Span) -> str:
    return str(span.attributes.get(names.PILOT) or span.resource.get(names.PILOT) or "")


def _is_call(attributes: Mapping[str, Any]) -> bool:
    """By what the span says of its kind; where nothing does (older senders), by naming a model that was asked."""
    said = False
    for name, calls in KINDS.items():
        kind = attributes.get(name)
        if kind is not None:
            if kind not in calls:
                return False
            said = True
    if said:
        return True
    return bool(_first(attributes, names.ASKED_MODEL)) and _first(attributes, names.SYSTEM) is not None


def _fault(span: Span) -> str:
    trace_id, span_id, parent_id = span.trace_id, span.span_id, span.parent_id
    if len(trace_id) != len(NO_TRACE) or len(span_id) != len(NO_SPAN):
        return BAD_IDS
    if trace_id == NO_TRACE or span_id == NO_SPAN or (parent_id and len(parent_id) != len(NO_SPAN)):
        return BAD_IDS
    return "" if 0 < span.start_ns <= span.end_ns < LATEST_NS else BAD_TIMES


def _told(span: Span) -> Told:
    attributes = span.attributes
    outcome = outcomes.of(span)
    asked = _first(attributes, names.ASKED_MODEL)
    answered = _first(attributes, names.ANSWERED_MODEL)
    labels = _labels(span.resource, attributes)
    fingerprint = labels.pop("fingerprint", "")
    if not fingerprint and outcome == outcomes.OK:
        # A failed call may name the model asked for where others name the one that answered: it opens no epoch.
        fingerprint = _fingerprint(str(answered or asked or ""), attributes, span.resource)
    models = tuple(dict.fromkeys(str(each) for each in (asked, answered) if each))
    return Told(outcome, models, fingerprint, labels)


def _labels(resource: Mapping[str, Any], attributes: Mapping[str, Any]) -> dict[str, str]:
    """What the span says goes before what its resource says. A unit of the span's own is left to `seen`."""
    found = {}
    for name, field in names.LABELS.items():
        value = attributes.get(name, resource.get(name))
        if value is not None and value != "" and not (name == names.UNIT and name in attributes):
            found[field] = str(value)
    return found


def _fingerprint(model: str, attributes: Mapping[str, Any], resource: Mapping[str, Any]) -> str:
    version = _first(attributes, names.PROMPT_VERSION) or resource.get("pilotage.prompt_version")
    prompt = f" {_first(attributes, names.PROMPT_NAME) or 'prompt'}@{version}" if version else ""
    text = f"{model}{prompt}"
    return text if len(text) <= LONGEST_FINGERPRINT else hashlib.sha256(text.encode()).hexdigest()


def _amounts(span: Span, shape: Shape) -> dict[str, float]:
    attributes = span.attributes
    found: dict[str, float] = {"duration": (span.end_ns - span.start_ns) / 1e9}
    for quantity, known in shape.numbers:
        value = attributes[known[0]]
        if type(value) is int and value >= 0:
            found[quantity] = value
        else:
            _put(found, quantity, _first(attributes, known))
    if shape.speaks_langfuse:
        usage = _object(attributes.get(names.LANGFUSE_USAGE))
        for quantity, known in names.LANGFUSE_TOKENS.items():
            _put(found, quantity, _first(usage, known))
        _put(found, "cost", _cost(_object(attributes.get(names.LANGFUSE_COST))))
    if shape.has_first_token or span.events:
        _put(found, "first_token", _first_token_s(span))
    if "input_tokens" in found and "output_tokens" in found:
        found["all_tokens"] = found["input_tokens"] + found["output_tokens"]
    return found


def _put(found: dict[str, float], quantity: str, value: Any) -> None:
    """Keeps a number of zero or more; anything else was not measured."""
    if (
        quantity not in found
        and isinstance(value, int | float)
        and not isinstance(value, bool)
        and isfinite(value)
        and value >= 0
    ):
        found[quantity] = value


def _first_token_s(span: Span) -> float | None:
    if (given := _first(span.attributes, names.FIRST_TOKEN_S)) is not None:
        return given if isinstance(given, int | float) else None
    for event in span.events:
        if event.name in names.FIRST_TOKEN_EVENTS:
            return (event.at_ns - span.start_ns) / 1e9
    given = span.attributes.get(names.LANGFUSE_STARTED)
    if not isinstance(given, str):
        return None
    try:
        at = datetime.fromisoformat(given.strip('"'))
        return at.timestamp() - span.start_ns / 1e9 if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _cost(details: Mapping[str, Any]) -> float | None:
    """The total, or the sum of its parts."""
    if "total" in details:
        total = details["total"]
        return total if isinstance(total, int | float) else None
    parts = [each for each in details.values() if isinstance(each, int | float)]
    return sum(parts) if parts else None


def _object(given: Any) -> Mapping[str, Any]:
    """Langfuse sends objects as JSON in a text."""
    try:
        read = msgspec.json.decode(given) if isinstance(given, str) else None
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return {}
    return read if isinstance(read, dict) else {}


def _first(given: Mapping[str, Any], known: Iterable[str]) -> Any:
    for name in known:
        value = given.get(name)
        if value is not None and value != "":
            return value
    return None
