"""From a posted row to what is stored of it: every field checked, every fault named with what to do.

A plain row is read by `Reader._plain`, in a few microseconds; whatever is unusual about a row, faults included, is left to
`Reader._checked`. Both read a row that they can read alike.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from re import compile as pattern
from typing import Any, NamedTuple

import msgspec

from evaluations.models.run import Outcome
from evaluations.models.suite import Provenance
from pilots.actions import server_bound
from pilots.actions.measurement_fields import (
    FIELDS,
    LARGEST_EXPONENT,
    TEXTS,
    Fault,
    Faulty,
    choice,
    context,
    instant,
    named,
    number,
    storable,
    text,
    unknown,
)
from pilots.models import Measurement, Pilot
from pilots.models.candidate import Role
from pilots.models.measurement import Phase
from pilots.models.metric import Estimand

SMALL_NUMBER = pattern(r"[0-9]{1,4}")
FUTURE = timedelta(minutes=5)
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
SCALE = 10
ONE = 10**SCALE
TOO_LARGE = 10**LARGEST_EXPONENT
KNOWN = frozenset(FIELDS)
BLANK = [""] * len(TEXTS)
PHASES, OUTCOMES, PROVENANCES = (frozenset(each.values) for each in (Phase, Outcome, Provenance))
BASELINE, PILOT, OK, REAL = "baseline", "pilot", "ok", "real"


class Row(msgspec.Struct, gc=False):
    """A measurement as it is stored, without Django's weight. `scaled` is its value times 10^10, `context` is JSON text."""

    metric_id: int
    candidate_id: int | None
    phase: str
    scaled: int | None
    outcome: str
    observed_at: datetime
    unit_id: str = ""
    segment: str = ""
    load: str = ""
    fingerprint: str = ""
    context: str = "{}"
    attempts: int = 1
    provenance: str = REAL
    source: str = ""
    external_id: str = ""
    id: int = 0
    raw: Mapping[str, Any] | None = None

    @property
    def identity(self) -> tuple[str, str]:
        return self.source, self.external_id

    @property
    def value(self) -> Decimal | None:
        return None if self.scaled is None else Decimal(self.scaled).scaleb(-SCALE).normalize()

    @property
    def given(self) -> frozenset[str]:
        """Fields that were sent, not filled in; an identity is no value."""
        raw = self.raw or {}
        return frozenset(
            name for name in raw if name not in {"external_id", "source"} and raw[name] not in (None, "")
        )


class Labels(NamedTuple):
    """What a row's words come to, the same for all rows with the same words. `phase` is None where its date decides."""

    metric_id: int
    is_rate: bool
    outcome: str
    phase: str | None
    candidate_id: int | None
    may_be_pilot: bool
    may_be_baseline: bool
    provenance: str


class Layout(NamedTuple):
    """What rows with the same fields have in common, looked up once for all of them.

    `texts` are place, name and longest length of each text. `known` is the Labels by the words that `words` takes out of
    a row; None where the words need a closer look.
    """

    texts: list[tuple[int, str, int]]
    words: Callable[[dict[str, Any]], Any]
    known: dict[Any, Labels | None]
    is_short: bool
    """Nothing but words, texts, value and time."""


NAMED = """
SELECT true, key, id, estimand FROM pilots_metric WHERE pilot_id = %(pilot)s
UNION ALL
SELECT false, slug, id, role FROM pilots_candidate WHERE pilot_id = %(pilot)s
"""


class MetricRead(NamedTuple):
    pk: int
    is_rate: bool


@dataclass
class Reader:
    """Reads rows of one pilot; its metrics and candidates are fetched once for a batch."""

    pilot: Pilot
    metrics: Mapping[str, MetricRead]
    candidates: Mapping[str, int]
    primary: int | None
    now: datetime
    layouts: dict[tuple[str, ...], Layout | None] = field(default_factory=dict)

    @classmethod
    def of(cls, pilot: Pilot, *, now: datetime) -> "Reader":
        """One query, whatever the number of rows."""
        named = server_bound.execute(NAMED, {"pilot": pilot.pk}, often=True)
        metrics = [row[1:] for row in named if row[0]]
        candidates = [row[1:] for row in named if not row[0]]
        return cls(
            pilot=pilot,
            metrics={key: MetricRead(pk, estimand == Estimand.RATE) for key, pk, estimand in metrics},
            candidates={slug: pk for slug, pk, _ in candidates},
            primary=next((pk for _, pk, role in candidates if role == Role.PRIMARY), None),
            now=now,
        )

    @cached_property
    def compared(self) -> frozenset[int]:
        """Metrics whose baseline is frozen, since numbers of the pilot have been compared with it. Asked for at the first
        row of a baseline."""
        if not self.pilot.is_frozen:
            return frozenset()
        measured = Measurement.objects.filter(pilot=self.pilot, phase=Phase.PILOT).order_by()
        return frozenset(
            each.pk for each in self.metrics.values() if measured.filter(metric_id=each.pk).exists()
        )

    @cached_property
    def window_opens(self) -> datetime:
        return datetime.combine(self.pilot.window_start, time(), tzinfo=UTC)

    @cached_property
    def is_draft(self) -> bool:
        return not self.pilot.is_frozen

    @cached_property
    def latest(self) -> datetime:
        return self.now + FUTURE

    def read(self, raws: Sequence[object]) -> tuple[list[Row | None], dict[int, list[Fault]]]:
        """The rows, and for each that is None all its faults by its index."""
        rows = [self._plain(raw) for raw in raws]
        faults: dict[int, list[Fault]] = {}
        for index, row in enumerate(rows):
            if row is None:
                rows[index], found = self._checked(raws[index])
                if found:
                    faults[index] = found
        return rows, faults

    def _plain(self, raw: object) -> Row | None:
        """None for a row that needs a closer look. Written flat, because it runs for every point."""
        if type(raw) is not dict:
            return None
        names = tuple(raw)
        if names not in self.layouts:
            self.layouts[names] = _layout(names)
        layout = self.layouts[names]
        if layout is None:
            return None
        try:
            words = layout.words(raw)
            if words not in layout.known:
                layout.known[words] = self._labels(raw)
            labels = layout.known[words]
            if labels is None:
                return None
            metric_id, is_rate, outcome, phase, candidate_id, may_be_pilot, may_be_baseline, provenance = (
                labels
            )
            given: Any = raw.get("value")
            kind = type(given)
            scaled: int | None
            if kind is int:
                scaled = given * ONE
            elif kind is Decimal or kind is float or (kind is str and given.isascii()):
                value = (given if kind is Decimal else Decimal(str(given))).scaleb(SCALE)
                if value.adjusted() >= LARGEST_EXPONENT + SCALE:
                    return None
                scaled = int(value)
                if scaled != value:  # more digits than are kept, as 2.28 has them when a program reckoned it
                    scaled = int(number(given).scaleb(SCALE))
            elif given is None and outcome != OK:
                scaled = None
            else:
                return None
            if scaled is not None and not (
                0 <= scaled <= ONE if is_rate else -TOO_LARGE * ONE < scaled < TOO_LARGE * ONE
            ):
                return None
            moment = raw.get("observed_at")
            if moment is None:
                at = self.now
            else:
                at = moment if type(moment) is datetime else datetime.fromisoformat(moment)
                if at.tzinfo is not UTC:
                    if at.tzinfo is None:
                        return None
                    at = at.astimezone(UTC)
                if not OLDEST <= at <= self.latest:
                    return None
            if phase is None:
                phase = BASELINE if at < self.window_opens else PILOT
            if phase == BASELINE:
                if not may_be_baseline or metric_id in self.compared:
                    return None
                candidate_id = None
            elif not may_be_pilot:
                return None
            attempts, told = 1, "{}"
            if not layout.is_short:
                attempts = raw.get("attempts", 1)
                if type(attempts) is not int or not 1 <= attempts <= 1000:
                    return None
                if raw.get("context") is not None:
                    told = context(raw["context"])
            texts = BLANK.copy()
            for place, name, longest in layout.texts:
                found = raw[name]
                if found is not None:
                    if type(found) is not str or len(found) > longest:
                        return None
                    if not ((found.isascii() and "\x00" not in found) or storable(found)):
                        return None
                    texts[place] = found
            unit_id, segment, load, fingerprint, external_id, source = texts
            return Row(
                metric_id,
                candidate_id,
                phase,
                scaled,
                outcome,
                at,
                unit_id,
                segment,
                load,
                fingerprint,
                told,
                attempts,
                provenance,
                source,
                external_id,
                0,
                raw,
            )
        except (KeyError, TypeError, ValueError, ArithmeticError, Faulty):
            return None

    def _labels(self, raw: Mapping[str, Any]) -> Labels | None:
        """None for words that need a closer look."""
        metric = self.metrics.get(raw.get("metric", ""))
        outcome, phase = (raw.get(name) if raw.get(name) != "" else None for name in ("outcome", "phase"))
        if outcome is None:
            outcome = OK
        candidate: Any = raw.get("candidate")
        provenance = raw.get("provenance", REAL)
        if metric is None or outcome not in OUTCOMES or provenance not in PROVENANCES:
            return None
        if phase is not None and phase not in PHASES:
            return None
        unnamed = candidate is None or candidate == ""
        candidate_id = self.primary if unnamed else self.candidates.get(candidate)
        return Labels(
            metric_id=metric.pk,
            is_rate=metric.is_rate,
            outcome=outcome,
            phase=phase,
            candidate_id=candidate_id,
            may_be_pilot=candidate_id is not None and not self.is_draft,
            may_be_baseline=candidate is None,
            provenance=provenance,
        )

    def _checked(self, raw: object) -> tuple[Row | None, list[Fault]]:
        if not isinstance(raw, Mapping):
            return None, [
                {
                    "pointer": "",
                    "code": "not_an_object",
                    "message": "Send each measurement as an object with metric and value.",
                }
            ]
        faults = [unknown(name) for name in raw if name not in KNOWN]
        read: dict[str, Any] = {}
        for step in self._steps():
            try:
                read.update(step(raw, read))
            except Faulty as faulty:
                faults.append(faulty.fault)
        if faults:
            return None, faults
        read["metric_id"] = read.pop("metric").pk
        value = read.pop("value")
        read["scaled"] = None if value is None else int(value.scaleb(SCALE))
        return Row(raw=raw, **read), []

    def _steps(self) -> list[Callable[[Mapping[str, Any], dict[str, Any]], dict[str, Any]]]:
        return [
            self._metric,
            self._outcome,
            self._value,
            self._observed_at,
            self._phase,
            self._candidate,
            self._texts,
            self._context,
            self._rest,
        ]

    def _metric(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        return {"metric": named(raw.get("metric"), self.metrics, field="metric", what="metric")}

    def _outcome(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        return {"outcome": choice(raw, "outcome", Outcome.values, default=OK)}

    def _value(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        given = raw.get("value")
        if given is None or given == "":
            if read.get("outcome", OK) == OK:
                raise Faulty("value", "required", "Send a value, or an outcome that says why there is none.")
            return {"value": None}
        value = number(given)
        metric = read.get("metric")
        if metric and metric.is_rate and not 0 <= value <= 1:
            raise Faulty("value", "out_of_range", f"{raw['metric']} is a rate: send 1 for yes, 0 for no.")
        return {"value": value}

    def _observed_at(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        given = raw.get("observed_at")
        if given is None or given == "":
            return {"observed_at": self.now}
        at = instant(given)
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
        phase = choice(raw, "phase", Phase.values, default=BASELINE if at < self.window_opens else PILOT)
        metric = read.get("metric")
        if phase == BASELINE and metric and metric.pk in self.compared:
            raise Faulty(
                "phase",
                "baseline_frozen",
                f"The baseline of {raw['metric']} is frozen: numbers of the pilot have been compared with it.",
            )
        if phase == PILOT and self.is_draft:
            raise Faulty(
                "phase",
                "not_started",
                "The pilot is a draft: only baseline rows are taken until its owner starts it.",
            )
        return {"phase": phase}

    def _candidate(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        given = raw.get("candidate")
        if read.get("phase") == BASELINE:
            if given:
                raise Faulty(
                    "candidate",
                    "baseline_has_none",
                    "A baseline row has no candidate: leave it out, or set phase to pilot.",
                )
            return {"candidate_id": None}
        if given is None or given == "":
            if self.primary is None:
                raise Faulty(
                    "candidate",
                    "required",
                    "The pilot has no primary candidate yet: name one, or ask the owner to add it.",
                )
            return {"candidate_id": self.primary}
        return {"candidate_id": named(given, self.candidates, field="candidate", what="candidate")}

    def _texts(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        return {name: text(raw, name, longest) for name, longest in TEXTS.items()}

    def _context(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        return {"context": context(raw.get("context"))}

    def _rest(self, raw: Mapping[str, Any], read: dict[str, Any]) -> dict[str, Any]:
        attempts = 1 if raw.get("attempts") in (None, "") else raw["attempts"]
        if isinstance(attempts, str) and SMALL_NUMBER.fullmatch(attempts):
            attempts = int(attempts)
        if isinstance(attempts, bool) or not isinstance(attempts, int) or not 1 <= attempts <= 1000:
            raise Faulty("attempts", "out_of_range", "Send attempts as a whole number from 1 to 1000.")
        return {
            "attempts": attempts,
            "provenance": choice(raw, "provenance", Provenance.values, default=REAL),
        }


WORDS = ("metric", "outcome", "phase", "candidate", "provenance")


def _layout(names: tuple[str, ...]) -> Layout | None:
    """None when a name is unknown."""
    if not KNOWN.issuperset(names):
        return None
    words = [name for name in WORDS if name in names]
    return Layout(
        texts=[
            (place, name, longest) for place, (name, longest) in enumerate(TEXTS.items()) if name in names
        ],
        words=itemgetter(*words) if words else lambda raw: None,
        known={},
        is_short=not {"attempts", "context"} & set(names),
    )
