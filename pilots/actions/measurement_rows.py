"""From a posted row to a measurement: every field checked, every fault named with what to do."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any, TypedDict

from django.db.models import Exists, OuterRef
from django.utils.dateparse import parse_datetime

from evaluations.models.run import Outcome
from evaluations.models.suite import Provenance
from pilots.models import Candidate, Measurement, Metric, Pilot
from pilots.models.candidate import Role
from pilots.models.measurement import Phase
from pilots.models.metric import Estimand
from pilots.models.pilot import State

LONGEST_CONTEXT = 10_000
SMALL_NUMBER = re.compile(r"[0-9]{1,4}")
FUTURE = timedelta(minutes=5)
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
LARGEST_EXPONENT = 18
TEXTS = {"unit_id": 200, "segment": 100, "load": 50, "fingerprint": 64, "external_id": 200, "source": 100}
FIELDS = (
    "metric",
    "value",
    "observed_at",
    "phase",
    "candidate",
    "unit_id",
    "segment",
    "load",
    "fingerprint",
    "context",
    "outcome",
    "attempts",
    "provenance",
    "external_id",
    "source",
)


class Fault(TypedDict):
    """One fault of a row: a JSON pointer into it, a word for programs, a sentence that says what to do."""

    pointer: str
    code: str
    message: str


class Faulty(Exception):
    """A field that cannot be taken as it is."""

    def __init__(self, field: str, code: str, message: str) -> None:
        super().__init__(message)
        self.fault: Fault = {"pointer": f"/{field}", "code": code, "message": message}


@dataclass(frozen=True)
class Row:
    """A row that can be stored; `given` are the fields that were sent, not filled in."""

    measurement: Measurement
    given: frozenset[str]

    @property
    def external_id(self) -> str:
        return self.measurement.external_id

    @property
    def identity(self) -> tuple[str, str]:
        return self.measurement.source, self.measurement.external_id

    def differs_from(self, stored: Measurement) -> bool:
        """Whether a field that was sent has another value than the stored row; defaults do not count."""
        before, after = self.changes(stored)
        return before != after

    def changes(self, stored: Measurement) -> tuple[dict[str, Any], dict[str, Any]]:
        """The fields that differ: stored values and sent values, as JSON."""
        names = [
            name for name in sorted(self.given) if getattr(stored, name) != getattr(self.measurement, name)
        ]
        return {name: _json(getattr(stored, name)) for name in names}, {
            name: _json(getattr(self.measurement, name)) for name in names
        }


@dataclass(frozen=True)
class Reader:
    """Reads rows of one pilot; its metrics and candidates are fetched once for a batch."""

    pilot: Pilot
    metrics: Mapping[str, Metric]
    candidates: Mapping[str, Candidate]
    compared: frozenset[int]
    now: datetime

    @classmethod
    def of(cls, pilot: Pilot, *, now: datetime) -> "Reader":
        """Three queries, whatever the number of rows."""
        metrics = {metric.key: metric for metric in pilot.metrics.all()}
        measured = Measurement.objects.filter(pilot=pilot, metric=OuterRef("pk"), phase=Phase.PILOT)
        compared = pilot.metrics.filter(Exists(measured)).order_by().values_list("pk", flat=True)
        return cls(
            pilot=pilot,
            metrics=metrics,
            candidates={candidate.slug: candidate for candidate in pilot.candidates.all()},
            compared=frozenset(() if pilot.state == State.DRAFT else compared),
            now=now,
        )

    def read(self, raw: object) -> tuple[Row | None, list[Fault]]:
        """The row, or all its faults."""
        if not isinstance(raw, Mapping):
            return None, [
                {
                    "pointer": "",
                    "code": "not_an_object",
                    "message": "Send each measurement as an object with metric and value.",
                }
            ]
        faults = [_unknown(name) for name in raw if name not in FIELDS]
        read: dict[str, Any] = {}
        for field in self._steps():
            try:
                read.update(field(raw, read))
            except Faulty as faulty:
                faults.append(faulty.fault)
        if faults:
            return None, faults
        given = frozenset(
            name for name in raw if name not in {"external_id", "source"} and raw[name] not in (None, "")
        )
        return Row(Measurement(pilot=self.pilot, recorded_at=self.now, **read), given), []

    def _steps(self) -> list[Callable[[Mapping[str, Any], dict[str, Any]], dict[str, Any]]]:
        return [
            self._metric,
            self._outcome,
            self._value,
            self._observed_at,
            self._phase,
            self._candidate,
            self._texts,
            self._rest,
        ]

    def _metric(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        return {"metric": _named(raw.get("metric"), self.metrics, field="metric", what="metric")}

    def _outcome(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        return {"outcome": _choice(raw, "outcome", Outcome.values, default=Outcome.OK)}

    def _value(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        given = raw.get("value")
        if given is None or given == "":
            if read.get("outcome", Outcome.OK) == Outcome.OK:
                raise Faulty("value", "required", "Send a value, or an outcome that says why there is none.")
            return {"value": None}
        value = _number(given)
        metric = read.get("metric")
        if metric and metric.estimand == Estimand.RATE and not 0 <= value <= 1:
            raise Faulty("value", "out_of_range", f"{metric.key} is a rate: send 1 for yes, 0 for no.")
        return {"value": value}

    def _observed_at(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        given = raw.get("observed_at")
        if given is None or given == "":
            return {"observed_at": self.now}
        at = _instant(given)
        if at > self.now + FUTURE:
            raise Faulty(
                "observed_at",
                "in_the_future",
                "observed_at is more than 5 minutes ahead. Check the clock and the time zone.",
            )
        if at < OLDEST:
            raise Faulty(
                "observed_at",
                "too_old",
                "observed_at is before the year 2000. Check the unit: ISO 8601, such as 2026-11-21T09:30:00Z.",
            )
        return {"observed_at": at}

    def _phase(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        at = read.get("observed_at", self.now)
        by_date = Phase.BASELINE if at.astimezone(UTC).date() < self.pilot.window_start else Phase.PILOT
        phase = _choice(raw, "phase", Phase.values, default=by_date)
        metric = read.get("metric")
        if phase == Phase.BASELINE and metric and metric.pk in self.compared:
            raise Faulty(
                "phase",
                "baseline_frozen",
                f"The baseline of {metric.key} is frozen: numbers of the pilot have been compared with it.",
            )
        if phase == Phase.PILOT and self.pilot.state == State.DRAFT:
            raise Faulty(
                "phase",
                "not_started",
                "The pilot is a draft: only baseline rows are taken until its owner starts it.",
            )
        return {"phase": phase}

    def _candidate(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        given = raw.get("candidate")
        if read.get("phase") == Phase.BASELINE:
            if given:
                raise Faulty(
                    "candidate",
                    "baseline_has_none",
                    "A baseline row has no candidate: leave it out, or set phase to pilot.",
                )
            return {"candidate": None}
        if given is None or given == "":
            primary = next((each for each in self.candidates.values() if each.role == Role.PRIMARY), None)
            if primary is None:
                raise Faulty(
                    "candidate",
                    "required",
                    "The pilot has no primary candidate yet: name one, or ask the owner to add it.",
                )
            return {"candidate": primary}
        return {"candidate": _named(given, self.candidates, field="candidate", what="candidate")}

    def _texts(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        return {name: _text(raw, name, longest) for name, longest in TEXTS.items()}

    def _rest(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        context = {} if raw.get("context") in (None, "") else raw["context"]
        if not isinstance(context, Mapping):
            raise Faulty(
                "context", "not_an_object", 'Send context as an object, such as {"document": "sha256:…"}.'
            )
        text = json.dumps(context, ensure_ascii=False, default=str)
        if not (storable(text) and "\\u0000" not in text):
            raise Faulty(
                "context", "not_text", "context holds a zero byte or half a character. Send readable text."
            )
        if len(text) > LONGEST_CONTEXT:
            raise Faulty(
                "context", "too_long", f"context holds at most {LONGEST_CONTEXT} characters of JSON."
            )
        attempts = 1 if raw.get("attempts") in (None, "") else raw["attempts"]
        if isinstance(attempts, str) and SMALL_NUMBER.fullmatch(attempts):
            attempts = int(attempts)
        if isinstance(attempts, bool) or not isinstance(attempts, int) or not 1 <= attempts <= 1000:
            raise Faulty("attempts", "out_of_range", "Send attempts as a whole number from 1 to 1000.")
        provenance = _choice(raw, "provenance", Provenance.values, default=Provenance.REAL)
        return {"context": dict(context), "attempts": attempts, "provenance": provenance}


def nearest(name: str, known: Mapping[str, Any] | tuple[str, ...] | list[str]) -> str:
    """` Did you mean …?` with the closest known name, or the empty string."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Did you mean {close[0]}?" if close else ""


def _unknown(name: object) -> Fault:
    text = str(name)[:100]
    escaped = text.replace("~", "~0").replace("/", "~1")
    return {
        "pointer": f"/{escaped}",
        "code": "unknown_field",
        "message": f"There is no field {text}.{nearest(text, FIELDS)}",
    }


def _named(given: object, known: Mapping[str, Any], *, field: str, what: str) -> Any:
    if not isinstance(given, str) or not given:
        raise Faulty(
            field, "required", f"Name the {what}. This pilot has: {', '.join(sorted(known)) or 'none yet'}."
        )
    if given not in known:
        raise Faulty(
            field, f"unknown_{what}", f"This pilot has no {what} {given[:100]}.{nearest(given, known)}"
        )
    return known[given]


def _choice(raw: Mapping[str, Any], field: str, values: list[str], *, default: str) -> str:
    given = raw.get(field)
    if given is None or given == "":
        return default
    if not isinstance(given, str) or given not in values:
        raise Faulty(
            field, "unknown_value", f"{field} is one of: {', '.join(values)}.{nearest(str(given), values)}"
        )
    return given


def _number(given: object) -> Decimal:
    if isinstance(given, bool):
        raise Faulty("value", "not_a_number", "Send a number: 1 for true, 0 for false.")
    try:
        value = Decimal(str(given) if isinstance(given, int | float | str) else given)  # type: ignore[arg-type]
    except (InvalidOperation, TypeError, ValueError):
        raise Faulty("value", "not_a_number", "Send value as a number, with a point for decimals.") from None
    if not value.is_finite():
        raise Faulty(
            "value",
            "not_finite",
            "NaN and infinity are no measurements. Send an outcome such as error instead.",
        )
    if value and value.adjusted() >= LARGEST_EXPONENT:
        raise Faulty("value", "too_large", "The value is larger than 10^18. Check its unit.")
    return round(value, 10).normalize() if value else Decimal(0)


def _instant(given: object) -> datetime:
    message = "Send observed_at in ISO 8601 with a time zone, such as 2026-11-21T09:30:00Z."
    if isinstance(given, datetime):
        at: datetime | None = given
    else:
        try:
            at = parse_datetime(given) if isinstance(given, str) else None
        except ValueError:
            at = None
    if at is None or at.tzinfo is None:
        raise Faulty("observed_at", "not_an_instant", message)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise Faulty("observed_at", "not_an_instant", message) from None


def _text(raw: Mapping[str, Any], field: str, longest: int) -> str:
    given = raw.get(field)
    if given is None:
        return ""
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str):
        raise Faulty(field, "not_text", f"Send {field} as text.")
    if len(given) > longest:
        raise Faulty(field, "too_long", f"{field} holds at most {longest} characters.")
    if not storable(given):
        raise Faulty(field, "not_text", f"{field} holds a zero byte or half a character. Send readable text.")
    return given


def storable(text: str) -> bool:
    """PostgreSQL keeps neither zero bytes nor halves of surrogate pairs."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _json(value: Any) -> Any:
    if isinstance(value, Decimal | datetime):
        return str(value)
    return value.slug if isinstance(value, Candidate) else value.key if isinstance(value, Metric) else value
