"""Spans and the model calls among them, whatever dialect they were reported in. Plain values: no database here."""

from collections.abc import Mapping
from typing import NamedTuple


class Call(NamedTuple):
    """One call of a model.

    `amounts` are by the names of `Quantity`: seconds, tokens, US dollars; what was not reported is not there.
    `labels` are fields of a measurement that the sender set: unit_id, segment, load, candidate, phase, provenance,
    fingerprint. `models` are the names asked for and answered by, as reported.
    """

    ended_ns: int
    outcome: str
    models: tuple[str, ...]
    fingerprint: str
    amounts: Mapping[str, float]
    labels: Mapping[str, str]


class SeenSpan(NamedTuple):
    """Ids are hexadecimal; `parent_id` is empty for a root. `pilot` is the slug the sender named, or empty.

    `call` is None for everything that is no model call; `fault` says why a call cannot be read.
    """

    trace_id: str
    span_id: str
    parent_id: str
    pilot: str
    call: Call | None
    fault: str = ""

    @property
    def key(self) -> str:
        return f"{self.trace_id}:{self.span_id}"

    @property
    def parent_key(self) -> str:
        return f"{self.trace_id}:{self.parent_id}" if self.parent_id else ""
