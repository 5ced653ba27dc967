"""A row looked at closely: every field checked, every fault named with what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from re import compile as pattern
from typing import Any

from evaluations.models.run import Outcome
from evaluations.models.suite import Provenance
from pilots.actions.measurement_fields import (
    FIELDS,
    TEXTS,
    Fault,
    Faulty,
    choice,
    context,
    instant,
    named,
    number,
    text,
    unknown,
)
from pilots.actions.measurement_known import FUTURE, Known
from pilots.actions.measurement_row import BASELINE, OK, PILOT, REAL, SCALE, Row
from pilots.models.measurement import Phase

SMALL_NUMBER = pattern(r"[0-9]{1,4}")
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
KNOWN_FIELDS = frozenset(FIELDS)


@dataclass(frozen=True)
class CloseReader:
    """Reads whatever there is to a row; `Reader` reads a plain one alike, in a tenth of the time."""

    known: Known

    def read(self, raw: object) -> tuple[Row | None, list[Fault]]:
        if not isinstance(raw, Mapping):
            return None, [
                {
                    "pointer": "",
                    "code": "not_an_object",
                    "message": "Send each measurement as an object with metric and value.",
                }
            ]
        faults = [unknown(name) for name in raw if name not in KNOWN_FIELDS]
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
        return {"metric": named(raw.get("metric"), self.known.metrics, field="metric", what="metric")}

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
            return {"observed_at": self.known.now}
        at = instant(given)
        if at > self.known.now + FUTURE:
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
        at = read.get("observed_at", self.known.now)
        phase = choice(
            raw, "phase", Phase.values, default=BASELINE if at < self.known.window_opens else PILOT
        )
        metric = read.get("metric")
        if phase == BASELINE and metric and metric.pk in self.known.compared:
            raise Faulty(
                "phase",
                "baseline_frozen",
                f"The baseline of {raw['metric']} is frozen: numbers of the pilot have been compared with it.",
            )
        if phase == PILOT and self.known.is_draft:
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
            if self.known.primary is None:
                raise Faulty(
                    "candidate",
                    "required",
                    "The pilot has no primary candidate yet: name one, or ask the owner to add it.",
                )
            return {"candidate_id": self.known.primary}
        return {"candidate_id": named(given, self.known.candidates, field="candidate", what="candidate")}

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
