"""Everything a decider reads before she signs, as plain values: pages and every export are made of this alone.

Texts are plain sentences, never markup. Days are dates, so that a memo read twice on one day is one memo.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from pilots.judging import codec
from pilots.judging.canonical import digest, encoded_json
from pilots.judging.persons import Persons, hidden, named
from pilots.reading.readings import Drawn

SCHEMA = "pilotage.memo/1"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A fact with what it rests on. `value` is never empty: what is not known says so."""

    label: str
    value: str
    basis: str = ""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What the machine said last. Advice."""

    number: int
    flag: str
    code: str
    reason: str
    as_of: datetime
    evidence_hash: str
    still_needed: tuple[str, ...] = ()
    would_change: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One metric before and after, in words."""

    metric: str
    n: str
    before: str
    after: str
    change: str
    tone: str
    interval: str
    confidence: str
    status: str
    no_answer: str


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """A goal or stop trigger. `met` is None while it is open."""

    label: str
    role: str
    status: str
    met: bool | None
    room: str
    sentence: str
    chart: Drawn | None = None


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A piece of evidence that an answer rests on. `key` names it inside the pilot."""

    key: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`diffuse` says why it cannot carry a go; empty for a firm answer. An answer that is missing has no text."""

    key: str
    question: str
    text: str = ""
    confidence: str = ""
    evidence: tuple[Chip, ...] = ()
    by: str = ""
    on: date | None = None
    diffuse: tuple[str, ...] = ()

    @property
    def missing(self) -> bool:
        return not self.text


@dataclass(frozen=True, kw_only=True)
class Case:
    """One of the four outcomes: what happens, what speaks for and against it, what it costs from here on.

    `blocked` says why it cannot be signed now, `second` why one signature is not enough."""

    outcome: str
    happens: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    costs: tuple[Line, ...]
    blocked: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    against_flag: bool = False


@dataclass(frozen=True, kw_only=True)
class Test:
    """One line of the continue test. `passed` is None where it was not measured."""

    name: str
    passed: bool | None
    sentence: str


@dataclass(frozen=True, kw_only=True)
class RiskLine:
    """`hidden` where nobody owns an open risk, or nothing controls it."""

    text: str
    category: str
    weight: int
    control: str
    owner: str
    state: str
    is_open: bool
    hidden: bool


@dataclass(frozen=True, kw_only=True)
class TradeOff:
    """A gain, what it may cost unseen, and the control over it."""

    area: str
    gain: str
    hidden_cost: str
    control: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """What is looked at again, and when."""

    on: date
    what: str


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """What who runs the pilot recommends. She does not decide."""

    outcome: str
    note: str
    by: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Memo:
    """`made_on` is no part of the fingerprint. `persons` is no part of the record at all: in it, and in what is hashed,
    people go by their pseudonyms."""

    pilot: str
    name: str
    is_demo: bool
    made_on: date
    question: str
    people: tuple[Line, ...]
    scope: tuple[Line, ...]
    machine: Machine | None
    proposed: Proposed | None
    rows: tuple[Row, ...]
    criteria: tuple[Criterion, ...]
    answers: tuple[Answer, ...]
    tests: tuple[Test, ...]
    cases: tuple[Case, ...]
    spent: tuple[Line, ...]
    minimum: tuple[Line, ...]
    failures: tuple[Line, ...]
    fallback: tuple[Line, ...]
    risks: tuple[RiskLine, ...]
    trade_offs: tuple[TradeOff, ...]
    reviews: tuple[Review, ...]
    schema: str = SCHEMA
    persons: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that is read; the same for a memo made on another day of the same content."""
        return digest(replace(self, made_on=date.min).data())

    @property
    def met(self) -> tuple[Criterion, ...]:
        return tuple(each for each in self.criteria if each.met)

    @property
    def not_met(self) -> tuple[Criterion, ...]:
        return tuple(each for each in self.criteria if not each.met)

    @property
    def missing(self) -> tuple[Answer, ...]:
        return tuple(each for each in self.answers if each.missing)

    @property
    def diffuse(self) -> tuple[Answer, ...]:
        return tuple(each for each in self.answers if each.diffuse)

    def case(self, outcome: str) -> Case:
        """Raises KeyError for another word than the four."""
        return {each.outcome: each for each in self.cases}[outcome]

    def to_json(self) -> dict[str, Any]:
        """With pseudonyms in place of names."""
        data: dict[str, Any] = codec.encode(self)
        del data["persons"]
        found: dict[str, Any] = hidden(data, self.persons)
        return found

    def data(self) -> bytes:
        """Canonical JSON of it."""
        return encoded_json(self.to_json())

    @classmethod
    def read(cls, data: str, persons: Persons) -> Memo:
        """What was kept, with the names as they are known today. Raises ValueError that names the field."""
        return replace(codec.decode(cls, named(json.loads(data), persons)), persons=persons)


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What a person decided on the memo. `second` is the second signer, where one was needed."""

    outcome: str
    reason: str
    against_reason: str
    by: str
    at: datetime
    second: str
    second_at: datetime | None
    extend_mode: str
    extend_until: date | None
    settles: str
    removed_parts: str
    lessons: str
    review_on: date
    supersedes: int | None
    number: int

    def lines(self) -> tuple[Line, ...]:
        """What belongs to the outcome, in words."""
        until = f"{self.extend_until:%-d %B %Y}" if self.extend_until else ""
        given = {
            "Reason": self.reason,
            "Against the flag, because": self.against_reason,
            "Extended": self.extend_mode,
            "New end": until,
            "To settle": self.settles,
            "Removed": self.removed_parts,
            "Lessons": self.lessons,
            "Looked at again on": f"{self.review_on:%-d %B %Y}",
            "Corrects": f"decision {self.supersedes}, which it supersedes" if self.supersedes else "",
        }
        return tuple(Line(label=label, value=value) for label, value in given.items() if value)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A memo as it is printed: with the signature once there is one."""

    memo: Memo
    signature: Signature | None = None

    def data(self) -> bytes:
        """Canonical JSON: what is hashed and kept. People go by their pseudonyms."""
        signed = codec.encode(self.signature) if self.signature else None
        return encoded_json({"memo": self.memo.to_json(), "signature": hidden(signed, self.memo.persons)})

    @property
    def hash(self) -> str:
        """SHA-256 of the data. Of an unsigned memo, its fingerprint: what a signature would be asked to rest on."""
        return digest(self.data()) if self.signature else self.memo.fingerprint

    @classmethod
    def read(cls, data: str, persons: Persons) -> Document:
        """What was kept, with the names as they are known today. Raises ValueError that names the field."""
        found = codec.decode(cls, named(json.loads(data), persons))
        return replace(found, memo=replace(found.memo, persons=persons))
