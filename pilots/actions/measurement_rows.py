"""From a posted row to what is stored of it: every field checked, every fault named with what to do.

Rows with the same fields and words are read together, column by column, in a microsecond or two each. A row that is unusual
in any way, faults included, is left to `CloseReader`. Both read a row that they can read alike.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from operator import itemgetter
from typing import Any, NamedTuple

from evaluations.models.run import Outcome
from evaluations.models.suite import Provenance
from pilots.actions import measurement_columns as columns
from pilots.actions.measurement_checks import KNOWN_FIELDS, OLDEST, CloseReader
from pilots.actions.measurement_fields import TEXTS, Fault
from pilots.actions.measurement_known import Known
from pilots.actions.measurement_row import BASELINE, OK, ONE, PILOT, REAL, Row
from pilots.actions.measurement_series import InSeries, Series
from pilots.models.measurement import Phase

MOST_ATTEMPTS = 1000
WORDS = ("metric", "outcome", "phase", "candidate", "provenance")
PHASES, OUTCOMES, PROVENANCES = (frozenset(each.values) for each in (Phase, Outcome, Provenance))
Raw = dict[str, Any]


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
    """Rows with the same fields in the same order: their places in the batch by the words that `words` takes out of a row."""

    words: Callable[[Raw], Any]
    places: dict[Any, list[int]]


@dataclass
class Reader(Known):
    """Reads rows of one pilot."""

    def read(self, raws: Sequence[object]) -> tuple[list[Row | None], dict[int, list[Fault]]]:
        """The rows, and for each that is None all its faults by its index."""
        if isinstance(raws, InSeries):
            rows = [row for series in raws.series for row in self._series(series)]
        else:
            rows = self._mixed(raws)
        faults: dict[int, list[Fault]] = {}
        for index, row in enumerate(rows):
            if row is None:
                rows[index], found = CloseReader(self).read(raws[index])
                if found:
                    faults[index] = found
        return rows, faults

    def _series(self, series: Series) -> Sequence[Row | None]:
        size, first = len(series), series.row(0)
        labels = self._labels(series.common) if KNOWN_FIELDS.issuperset(first) else None
        if labels is None:
            return [None] * size
        given = {name: [value] * size for name, value in series.common.items()}
        try:
            return self._together(given | dict(series.columns), [first] * size, labels)
        except columns.ODD:
            return self._alike([series.row(index) for index in range(size)], labels)

    def _mixed(self, raws: Sequence[object]) -> list[Row | None]:
        rows: list[Row | None] = [None] * len(raws)
        for layout in _layouts(raws):
            for places in layout.places.values():
                alike: list[Any] = [raws[place] for place in places]
                labels = self._labels(alike[0])
                if labels is not None:
                    for place, row in zip(places, self._alike(alike, labels), strict=True):
                        rows[place] = row
        return rows

    def _alike(self, raws: list[Raw], labels: Labels) -> Sequence[Row | None]:
        """Rows that differ in numbers, times and texts alone. Those among them that need a closer look, which are None, are
        found by halving."""
        try:
            return self._together(
                dict(zip(raws[0], zip(*map(dict.values, raws), strict=True), strict=True)), raws, labels
            )
        except columns.ODD:
            if len(raws) == 1:
                return [None]
            half = len(raws) // 2
            return [*self._alike(raws[:half], labels), *self._alike(raws[half:], labels)]

    def _together(
        self, given: Mapping[str, Sequence[Any]], raws: list[Raw], labels: Labels
    ) -> Sequence[Row | None]:
        """Of the columns `given`. Raises one of columns.ODD when a row needs a closer look."""
        none = [None] * len(raws)
        moments = columns.instants(given.get("observed_at", none), now=self.now)
        earliest, latest = min(moments), max(moments)
        if earliest < OLDEST or latest > self.latest:
            raise columns.Unusual
        phase = labels.phase
        if phase is None:
            phase = BASELINE if latest < self.window_opens else PILOT
            if phase == PILOT and earliest < self.window_opens:
                return self._of_both_phases(given, raws, [at < self.window_opens for at in moments], labels)
        is_baseline = phase == BASELINE
        if is_baseline and (not labels.may_be_baseline or labels.metric_id in self.compared):
            return none
        if not is_baseline and not labels.may_be_pilot:
            return none
        scaled: Sequence[int | None]
        if labels.outcome != OK:
            scaled = columns.scaled_or_none(given.get("value", none))
        elif "value" in given:
            scaled = columns.scaled(given["value"])
        else:
            return none
        if labels.is_rate and not all(each is None or 0 <= each <= ONE for each in scaled):
            raise columns.Unusual
        unit_ids, segments, loads, fingerprints, external_ids, sources = (
            columns.texts(given[name], longest=longest) if name in given else repeat("")
            for name, longest in TEXTS.items()
        )
        contexts = columns.contexts(given["context"]) if "context" in given else repeat("{}")
        attempts = columns.counts(given["attempts"], most=MOST_ATTEMPTS) if "attempts" in given else repeat(1)
        metric_id, outcome, provenance = labels.metric_id, labels.outcome, labels.provenance
        candidate_id = None if is_baseline else labels.candidate_id
        of_each = zip(
            scaled,
            moments,
            unit_ids,
            segments,
            loads,
            fingerprints,
            contexts,
            attempts,
            sources,
            external_ids,
            raws,
            strict=False,  # what is the same for all has no end
        )
        return [
            Row(
                metric_id,
                candidate_id,
                phase,
                value,
                outcome,
                at,
                unit_id,
                segment,
                load,
                fingerprint,
                context,
                tries,
                provenance,
                source,
                external_id,
                0,
                raw,
            )
            for value, at, unit_id, segment, load, fingerprint, context, tries, source, external_id, raw in of_each
        ]

    def _of_both_phases(
        self, given: Mapping[str, Sequence[Any]], raws: list[Raw], early: list[bool], labels: Labels
    ) -> list[Row | None]:
        late = [not each for each in early]
        of_baseline, of_pilot = (
            iter(
                self._together(
                    {name: list(compress(column, chosen)) for name, column in given.items()},
                    list(compress(raws, chosen)),
                    labels._replace(phase=phase),
                )
            )
            for phase, chosen in ((BASELINE, early), (PILOT, late))
        )
        return [next(of_baseline if is_early else of_pilot) for is_early in early]

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


def _layouts(raws: Sequence[object]) -> list[Layout]:
    """Without the rows that have a field nobody knows, or a word that is none."""
    found: dict[tuple[str, ...], Layout] = {}
    for place, raw in enumerate(raws):
        if type(raw) is not dict:
            continue
        names = tuple(raw)
        layout = found.get(names)
        if layout is None:
            if not KNOWN_FIELDS.issuperset(names):
                continue
            words = [name for name in WORDS if name in names]
            layout = found[names] = Layout(itemgetter(*words) if words else lambda raw: None, {})
        try:
            layout.places.setdefault(layout.words(raw), []).append(place)
        except TypeError:  # a word that is a list or an object
            continue
    return list(found.values())
