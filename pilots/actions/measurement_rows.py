"""From a posted row to what is stored of it: every field checked, every fault named with what to do.

A plain row is read by `Reader._plain`, in a few microseconds; whatever is unusual about a row, faults included, is left to
`CloseReader`. Both read a row that they can read alike.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from evaluations.models.run import Outcome
from evaluations.models.suite import Provenance
from pilots.actions.measurement_checks import KNOWN_FIELDS, OLDEST, CloseReader
from pilots.actions.measurement_fields import (
    LARGEST_EXPONENT,
    TEXTS,
    Fault,
    Faulty,
    context,
    number,
    storable,
)
from pilots.actions.measurement_known import Known
from pilots.actions.measurement_row import BASELINE, OK, ONE, PILOT, REAL, SCALE, Row
from pilots.models.measurement import Phase

TOO_LARGE = 10**LARGEST_EXPONENT
BLANK = [""] * len(TEXTS)
PHASES, OUTCOMES, PROVENANCES = (frozenset(each.values) for each in (Phase, Outcome, Provenance))


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


@dataclass
class Reader(Known):
    """Reads rows of one pilot."""

    layouts: dict[tuple[str, ...], Layout | None] = field(default_factory=dict)

    def read(self, raws: Sequence[object]) -> tuple[list[Row | None], dict[int, list[Fault]]]:
        """The rows, and for each that is None all its faults by its index."""
        rows = [self._plain(raw) for raw in raws]
        faults: dict[int, list[Fault]] = {}
        for index, row in enumerate(rows):
            if row is None:
                rows[index], found = CloseReader(self).read(raws[index])
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


WORDS = ("metric", "outcome", "phase", "candidate", "provenance")


def _layout(names: tuple[str, ...]) -> Layout | None:
    """None when a name is unknown."""
    if not KNOWN_FIELDS.issuperset(names):
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
