"""What Langfuse's clients send of scores: one, a list of them, or events of a batch. No Django here.

https://api.reference.langfuse.com, operations score.create and ingestion.batch.
"""

import uuid
from typing import Any

import msgspec

from pilots.actions.scores import Score

MOST_SCORES = 10_000
LABELS = ("candidate", "segment", "load", "phase", "provenance", "fingerprint")
SCORE_EVENT = "score-create"


class Malformed(Exception):
    """The body is not what this address reads."""


class SentScore(msgspec.Struct, rename="camel"):
    name: str
    value: float | bool | str
    id: str | None = None
    trace_id: str | None = None
    observation_id: str | None = None
    session_id: str | None = None
    dataset_run_id: str | None = None
    timestamp: str | None = None
    metadata: Any = None
    data_type: str | None = None

    def score(self, *, at: str = "") -> Score:
        """Its id is the sender's, else one of what was scored: a repeat without an id still counts once."""
        unit = self.trace_id or self.session_id or self.dataset_run_id or ""
        scored = ":".join(filter(None, (unit, self.observation_id)))
        own = self.id or (f"{scored}:{self.name}" if scored else uuid.uuid4().hex)
        told = self.metadata if isinstance(self.metadata, dict) else {}
        labels = {
            name: str(told[f"pilotage.{name}"])
            for name in LABELS
            if told.get(f"pilotage.{name}") not in (None, "")
        }
        value = self.value
        if self.data_type == "BOOLEAN" and isinstance(value, str):
            value = {"true": True, "false": False}.get(value.lower(), value)
        return Score(own, self.name, value, unit, self.timestamp or at, labels)


class Event(msgspec.Struct):
    id: str
    type: str
    timestamp: str | None = None
    body: msgspec.Raw = msgspec.Raw(b"null")


class Batch(msgspec.Struct):
    batch: list[Event]


def scores(raw: bytes) -> tuple[list[Score], bool]:
    """The scores, and whether they came as a list. Raises Malformed."""
    found = read(raw, SentScore | list[SentScore])
    sent = found if isinstance(found, list) else [found]
    if len(sent) > MOST_SCORES:
        raise Malformed(f"Send at most {MOST_SCORES:,} scores at a time.")
    return [each.score() for each in sent], isinstance(found, list)


def events(raw: bytes) -> list[Event]:
    """Raises Malformed."""
    found: list[Event] = read(raw, Batch).batch
    if len(found) > MOST_SCORES:
        raise Malformed(f"Send at most {MOST_SCORES:,} events at a time.")
    return found


def of_event(event: Event) -> Score:
    """Raises Malformed for an event that is no score, or no whole one."""
    if event.type != SCORE_EVENT:
        raise Malformed(
            f"{event.type[:50]} is not taken here: send traces by OpenTelemetry, as newer SDKs do."
        )
    sent: SentScore = read(bytes(event.body), SentScore)
    return sent.score(at=event.timestamp or "")


def read(raw: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(raw, type=kind)
    except RecursionError:
        raise Malformed("The JSON is nested too deeply.") from None
    except UnicodeDecodeError as error:
        raise Malformed(f"Byte {error.start} is not UTF-8.") from None
    except msgspec.DecodeError as error:
        raise Malformed(f"{error}.") from None
