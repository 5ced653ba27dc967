"""From model calls to rows of measurements: by the pilot's own table of what each metric takes from a call."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pilots.actions import server_bound, span_mappings
from pilots.actions.calls import Call, SeenSpan, Taken
from pilots.actions.measurement_series import InSeries, Series
from pilots.models import Pilot
from pilots.models.measurement import Phase
from pilots.models.span_mapping import Quantity

SOURCE = "otlp"
OK = "ok"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_NS = 86_400 * 10**9
DIGITS = 10
PILOT = "SELECT slug, window_start FROM pilots_pilot WHERE id = %s"
METRICS = """
SELECT m.key, m.unit, s.quantity, s.factor FROM pilots_metric m LEFT JOIN pilots_spanmapping s ON s.metric_id = m.id
WHERE m.pilot_id = %s ORDER BY m.id
"""
SERVED = """
SELECT c.slug, d.served_model, d.slug, m.slug FROM pilots_candidate c
JOIN evaluations_deployment d ON d.id = c.deployment_id JOIN evaluations_aimodel m ON m.id = d.model_id
WHERE c.pilot_id = %s ORDER BY c.id
"""
ENCLOSING = "SELECT span FROM pilots_enclosingspan WHERE pilot_id = %s AND span = ANY(%s::text[])"
NOT_ASKED = "no metric of the pilot takes numbers from traces: see its tab Traces in the admin"


@dataclass(frozen=True)
class Chart:
    """What a pilot needs to read its calls, fetched once for a batch."""

    pilot_id: int
    slug: str
    mappings: Sequence[tuple[str, str, float]]
    incomplete: Sequence[str]
    served: Mapping[str, str]
    opens_ns: int
    enclosing: Sequence[str]
    """Of the spans that were asked for, by their keys: those that are known to enclose a call."""

    @classmethod
    def of(cls, pilot_id: int, *, keys: Sequence[str]) -> "Chart":
        """One journey to the database, and a few more the first time after a metric was added. Raises Pilot.DoesNotExist."""
        pilot, metrics, served, enclosing = server_bound.at_first(
            (PILOT, [pilot_id]),
            (METRICS, [pilot_id]),
            (SERVED, [pilot_id]),
            (ENCLOSING, [pilot_id, server_bound.texts(keys)]),
        )
        if not pilot:
            raise Pilot.DoesNotExist
        if any(quantity is None for _, _, quantity, _ in metrics):
            span_mappings.fill(Pilot.objects.get(pk=pilot_id))
            metrics = server_bound.execute(METRICS, [pilot_id])
        used = [
            (key, quantity, span_mappings.scale(quantity=quantity, factor=factor, unit=unit))
            for key, unit, quantity, factor in metrics
            if quantity != Quantity.NONE
        ]
        ((slug, window_start),) = pilot
        return cls(
            pilot_id=pilot_id,
            slug=slug,
            mappings=[(key, quantity, scale) for key, quantity, scale in used if scale is not None],
            incomplete=[key for key, _, scale in used if scale is None],
            served=_served(served),
            opens_ns=(window_start - EPOCH.date()).days * DAY_NS,
            enclosing=[span for (span,) in enclosing],
        )

    def rows(self, calls: Sequence[SeenSpan], taken: Taken) -> tuple[InSeries, list[int]]:
        """One row for each metric that a call tells something of, and for each row which call it is of. A call that nobody
        asks for is counted as ignored."""
        if not self.mappings:
            taken.ignored[NOT_ASKED] += len(calls)
            return InSeries([]), []
        if self.incomplete:
            why = f"{self.incomplete[0]}: its unit needs a factor: see the pilot's tab Traces"
            taken.rejected[why] += len(calls)
        series: list[Series] = []
        owners: list[int] = []
        slugs = _Slugs(self.served)
        for places in self._alike(calls):
            spans = [calls[place] for place in places]
            alike = [span.call for span in spans if span.call]
            common = self._common(alike[0], slugs)
            if common is None:
                why = f"{alike[0].models[0][:100]!r} is the model of no candidate of {self.slug}"
                taken.ignored[why] += len(alike)
                continue
            moments = [_at(call.ended_ns) for call in alike]
            units = {"unit_id": [call.unit_id for call in alike]} if alike[0].unit_id else {}
            for metric, quantity, scale in self.mappings:
                values = _values(alike, quantity, scale)
                external_ids = [f"{span.key}:{metric}" for span in spans]
                columns: dict[str, Sequence[Any]] = {
                    "value": values,
                    "observed_at": moments,
                    "external_id": external_ids,
                    **units,
                }
                for told in _told(values, failed=alike[0].outcome != OK):
                    series.append(Series({**common, "metric": metric}, _picked(columns, told)))
                    owners += [places[at] for at in told]
        return InSeries(series), owners

    def _alike(self, calls: Sequence[SeenSpan]) -> Iterable[list[int]]:
        """The places of calls that differ in numbers, time and unit alone."""
        found: dict[tuple[Any, ...], list[int]] = {}
        for place, span in enumerate(calls):
            call = span.call
            assert call is not None
            # Calls that say the same share one object of labels.
            kind = (
                id(call.labels),
                call.outcome,
                call.models,
                call.fingerprint,
                call.ended_ns < self.opens_ns,
                call.unit_id == "",
            )
            if kind in found:
                found[kind].append(place)
            else:
                found[kind] = [place]
        return found.values()

    def _common(self, call: Call, slugs: "_Slugs") -> dict[str, str] | None:
        """The fields that all calls with the same labels share; None for a model that no candidate is served by."""
        found = {
            "outcome": call.outcome,
            "source": SOURCE,
            "fingerprint": call.fingerprint,
            **call.labels,
        }
        if "candidate" not in found and not self._is_baseline(call):
            slug = slugs[call.models]
            if slug is None:
                return None
            found["candidate"] = slug
        return found

    def _is_baseline(self, call: Call) -> bool:
        phase = call.labels.get("phase")
        return phase == Phase.BASELINE if phase else call.ended_ns < self.opens_ns


_RATES: Mapping[str, int] = {Quantity.SUCCESS: 1, Quantity.FAILURE: 0}


def _at(ended_ns: int) -> datetime:
    """To the microsecond; in whole numbers, which is exact."""
    return EPOCH + timedelta(0, ended_ns // 10**9, ended_ns // 1000 % 10**6)


def _values(alike: Sequence[Call], quantity: str, scale: float) -> list[float | None]:
    """One for each of these calls, which end alike; None where it tells none."""
    if quantity in _RATES:
        return [_RATES[quantity] if alike[0].outcome == OK else None] * len(alike)
    amounts = [call.amounts.get(quantity) for call in alike]
    if scale == 1 and quantity == Quantity.DURATION:  # made of nanoseconds: there is nothing to round
        return amounts
    return [
        amount if amount is None or (scale == 1 and type(amount) is int) else round(amount * scale, DIGITS)
        for amount in amounts
    ]


def _told(values: Sequence[float | None], *, failed: bool) -> Iterable[list[int]]:
    """The places of those with a value, and of those without. A failed call has a row for every metric, with the number if it
    was reported: it stays in the denominator."""
    if None not in values:
        return [list(range(len(values)))]
    told = [at for at, value in enumerate(values) if value is not None]
    untold = [at for at, value in enumerate(values) if value is None] if failed else []
    return filter(None, (told, untold))


def _picked(columns: Mapping[str, Sequence[Any]], places: Sequence[int]) -> dict[str, Sequence[Any]]:
    return {
        name: column if len(places) == len(column) else [column[place] for place in places]
        for name, column in columns.items()
    }


class _Slugs(dict[tuple[str, ...], str | None]):
    """The candidate whose deployment serves a model of one of these names; empty, so the primary one, where none is named.

    Two candidates may ask the same model in different ways: then the first, unless the sender names one.
    """

    def __init__(self, served: Mapping[str, str]) -> None:
        super().__init__()
        self.served = served

    def __missing__(self, models: tuple[str, ...]) -> str | None:
        known = (self.served.get(model.lower()) for model in models)
        self[models] = found = next((slug for slug in known if slug is not None), None) if models else ""
        return found


def _served(candidates: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    """The candidate's slug for each name that its model may go by: the id sent with calls, ours of deployment and model."""
    found: dict[str, str] = {}
    for slug, *names in candidates:
        for name in names:
            found.setdefault(name.lower(), slug)
    return found
