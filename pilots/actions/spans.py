"""Model calls that spans report, taken in as measurements: each call once, whatever encloses it or sends it again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from pilots.actions import measurements, reach, span_mappings
from pilots.actions.calls import Call, SeenSpan
from pilots.models import EnclosingSpan, Pilot, Token
from pilots.models.measurement import Phase
from pilots.models.span_mapping import Quantity

SOURCE = "otlp"
KEEP_ENCLOSING = timedelta(days=2)
NO_CALL = "no model call (agents, tools and other work are not counted)"
ENCLOSES = "encloses a model call that is counted by itself"
OK = "ok"


@dataclass
class Taken:
    """What became of the spans: how many were ignored and rejected, by why. All others are in."""

    ignored: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)


def record(*, spans: Sequence[SeenSpan], token: Token, now: datetime) -> Taken:
    """Stores what each pilot's table asks of its model calls. A span that is sent again counts nothing twice.

    A span goes to the pilot it names, else to the token's only one. Faulty spans are rejected, and the others kept.
    """
    taken = Taken()
    for pilot, of_pilot in _by_pilot(spans, token, taken):
        _record(pilot, of_pilot, token=token, now=now, taken=taken)
    return taken


def forget_enclosing(*, now: datetime) -> int:
    """Traces are complete after so long: their marks are cleared away."""
    gone, _ = EnclosingSpan.objects.filter(seen_at__lt=now - KEEP_ENCLOSING).delete()
    return gone


def _by_pilot(spans: Sequence[SeenSpan], token: Token, taken: Taken) -> list[tuple[Pilot, list[SeenSpan]]]:
    """In the order of the pilots, so that two exports never wait for each other crosswise."""
    reachable = reach.pilots(token)
    named = {span.pilot for span in spans}
    pilots = {pilot.slug: pilot for pilot in reachable.filter(slug__in=filter(reach.may_be_a_slug, named))}
    if "" in named and (only := reach.only_pilot(token)):
        pilots[""] = only
    found: dict[int, tuple[Pilot, list[SeenSpan]]] = {}
    for span in spans:
        pilot = pilots.get(span.pilot)
        if pilot is not None:
            found.setdefault(pilot.pk, (pilot, []))[1].append(span)
        elif span.call is None and not span.fault:
            taken.ignored[NO_CALL] += 1
        else:
            taken.rejected[_nowhere(span.pilot)] += 1
    return [found[key] for key in sorted(found)]


def _nowhere(slug: str) -> str:
    if slug:
        return f"this token reaches no pilot {slug[:50]!r}: check the attribute pilotage.pilot"
    return "this token is for several pilots: name one in the resource attribute pilotage.pilot"


def _record(pilot: Pilot, spans: Sequence[SeenSpan], *, token: Token, now: datetime, taken: Taken) -> None:
    for span in spans:
        if span.fault:
            taken.rejected[span.fault] += 1
        elif span.call is None:
            taken.ignored[NO_CALL] += 1
    calls = list(_leaves(pilot, spans, now=now, taken=taken))
    if not calls:
        return
    chart = Chart.of(pilot)
    rows: list[dict[str, Any]] = []
    owners: list[int] = []
    for index, span in enumerate(calls):
        fresh = chart.rows(span, taken)
        rows += fresh
        owners += [index] * len(fresh)
    if not rows:
        return
    report = measurements.record(pilot=pilot, rows=rows, now=now, source_token=token)
    if report.rejected:
        told = {
            owners[item.index]: f"{rows[item.index]['metric']}: {item.errors[0]['message']}"
            for item in reversed(report.items)
            if item.errors
        }
        taken.rejected.update(told.values())


# --- of calls inside calls, only the innermost counts -----------------------------------------------------------------


def _leaves(pilot: Pilot, spans: Sequence[SeenSpan], *, now: datetime, taken: Taken) -> Iterator[SeenSpan]:
    """Calls that enclose no other call, neither in this batch nor in one before it (children end, and are sent, first)."""
    enclosing, outside = _enclosing(pilot, spans)
    _mark(pilot, outside, now=now)
    for span in spans:
        if span.call is None:
            continue
        if span.key in enclosing:
            taken.ignored[ENCLOSES] += 1
        else:
            yield span


def _enclosing(pilot: Pilot, spans: Sequence[SeenSpan]) -> tuple[set[str], set[str]]:
    """Keys of the spans that enclose a call: all of them, and those that are not in this batch."""
    parents = {span.key: span.parent_key for span in spans}
    waiting = [span.parent_key for span in spans if span.call is not None]
    waiting += _known_enclosing(pilot, parents)
    found: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key and key not in found:
            found.add(key)
            waiting.append(parents.get(key, ""))
    return found, found - parents.keys()


def _known_enclosing(pilot: Pilot, keys: Iterable[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT span FROM pilots_enclosingspan WHERE pilot_id = %s AND span = ANY(%s)",
            [pilot.pk, list(keys)],
        )
        return [span for (span,) in cursor.fetchall()]


def _mark(pilot: Pilot, keys: Iterable[str], *, now: datetime) -> None:
    """Before the calls are stored: should that fail, the sender sends them again, and the marks do no harm."""
    if marked := sorted(keys):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO pilots_enclosingspan (pilot_id, span, seen_at) SELECT %s, unnest(%s::text[]), %s"
                " ON CONFLICT DO NOTHING",
                [pilot.pk, marked, now],
            )


# --- from a call to rows ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chart:
    """What a pilot needs to read its calls, fetched once for a batch."""

    pilot: Pilot
    mappings: Sequence[tuple[str, str, float]]
    incomplete: Sequence[str]
    served: Mapping[str, str]

    @classmethod
    def of(cls, pilot: Pilot) -> "Chart":
        """Two queries of few columns, and three more the first time after a metric was added."""
        columns = ("key", "unit", "span_mapping__quantity", "span_mapping__factor")
        found = list(pilot.metrics.values_list(*columns))
        if any(quantity is None for _, _, quantity, _ in found):
            span_mappings.fill(pilot)
            found = list(pilot.metrics.values_list(*columns))
        used = [
            (key, quantity, span_mappings.scale(quantity=quantity, factor=factor, unit=unit))
            for key, unit, quantity, factor in found
            if quantity != Quantity.NONE
        ]
        return cls(
            pilot=pilot,
            mappings=[(key, quantity, scale) for key, quantity, scale in used if scale is not None],
            incomplete=[key for key, _, scale in used if scale is None],
            served=_served(pilot),
        )

    def rows(self, span: SeenSpan, taken: Taken) -> list[dict[str, Any]]:
        """One row for each metric that the call tells something of; none, and counted as ignored, if nothing asks."""
        call = span.call
        assert call is not None
        if not self.mappings:
            taken.ignored[
                "no metric of the pilot takes numbers from traces: see its tab Traces in the admin"
            ] += 1
            return []
        if self.incomplete:
            taken.rejected[f"{self.incomplete[0]}: its unit needs a factor: see the pilot's tab Traces"] += 1
        ended = datetime.fromtimestamp(call.ended_ns // 10**9, UTC)
        common = {
            **call.labels,
            "observed_at": ended.replace(microsecond=call.ended_ns // 1000 % 10**6).isoformat(),
            "outcome": call.outcome,
            "source": SOURCE,
            "fingerprint": call.fingerprint,
        }
        if "candidate" not in common and not self._is_baseline(call, ended):
            slug = self._candidate(call.models)
            if slug is None:
                taken.ignored[
                    f"{call.models[0][:100]!r} is the model of no candidate of {self.pilot.slug}"
                ] += 1
                return []
            common["candidate"] = slug
        return [
            {**common, "metric": metric, "value": value, "external_id": f"{span.key}:{metric}"}
            for metric, value in self._values(call)
        ]

    def _is_baseline(self, call: Call, ended: datetime) -> bool:
        phase = call.labels.get("phase")
        return phase == Phase.BASELINE if phase else ended.date() < self.pilot.window_start

    def _candidate(self, models: Sequence[str]) -> str | None:
        """The candidate whose deployment serves a model of that name; empty, so the primary one, where none is named.

        Two candidates may ask the same model in different ways: then the first, unless the sender names one.
        """
        if not models:
            return ""
        return next((self.served[model.lower()] for model in models if model.lower() in self.served), None)

    def _values(self, call: Call) -> Iterator[tuple[str, float | None]]:
        """A failed call has a row for every metric, with the number if it was reported: it stays in the denominator."""
        succeeded = call.outcome == OK
        for metric, quantity, scale in self.mappings:
            if quantity in _RATES:
                yield metric, _RATES[quantity] if succeeded else None
            elif (amount := call.amounts.get(quantity)) is not None:
                yield metric, amount if scale == 1 else amount * scale
            elif not succeeded:
                yield metric, None


_RATES: Mapping[str, int] = {Quantity.SUCCESS: 1, Quantity.FAILURE: 0}


def _served(pilot: Pilot) -> dict[str, str]:
    """The candidate's slug for each name that its model may go by: the id sent with calls, ours of deployment and model."""
    found: dict[str, str] = {}
    deployed = pilot.candidates.filter(deployment__isnull=False)
    for slug, *names in deployed.values_list(
        "slug", "deployment__served_model", "deployment__slug", "deployment__model__slug"
    ):
        for name in names:
            found.setdefault(name.lower(), slug)
    return found
