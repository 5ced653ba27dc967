"""Spans and the model calls among them, whatever dialect they were reported in. Plain values: no database here."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec


class Call(msgspec.Struct, gc=False):
    """One call of a model.

    `amounts` are by the names of `Quantity`: seconds, tokens, US dollars; what was not reported is not there.
    `labels` are fields of a measurement that the sender set: segment, load, candidate, phase, provenance, and a unit_id for
    all calls; `unit_id` is one of this call alone. `models` are the names asked for and answered by, as reported.
    """

    ended_ns: int
    outcome: str
    models: tuple[str, ...]
    fingerprint: str
    amounts: Mapping[str, float]
    labels: Mapping[str, str]
    unit_id: str = ""


class SeenSpan(msgspec.Struct, gc=False):
    """`key` and `parent_key` are trace and span ids in hexadecimal; the latter is empty for a root. `pilot` is the slug the
    sender named, or empty.

    `call` is None for everything that is no model call; `fault` says why a call cannot be read.
    """

    key: str
    parent_key: str
    pilot: str
    call: Call | None
    fault: str = ""


@dataclass
class Taken:
    """What became of the spans: how many were ignored and rejected, by why. All others are in."""

    ignored: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
