"""What the rows of one pilot refer to: its metrics, its candidates, and when it began.

A process remembers what it found last. Rows are read by that, and the transaction that stores them asks again, together with
what it asks anyway; where anything has changed, the rows are read anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple, Self

from django.db import connection

from pilots.actions import server_bound
from pilots.actions.journeys import Asked
from pilots.models import Measurement, Pilot
from pilots.models.candidate import Role
from pilots.models.measurement import Phase
from pilots.models.metric import Estimand

FUTURE = timedelta(minutes=5)

NAMED = """
SELECT 'pilot', slug, id, state, window_start FROM pilots_pilot WHERE id = %(pilot)s
UNION ALL
SELECT 'metric', key, id, estimand, NULL FROM pilots_metric WHERE pilot_id = %(pilot)s
UNION ALL
SELECT 'candidate', slug, id, role, NULL FROM pilots_candidate WHERE pilot_id = %(pilot)s
"""
MOST_REMEMBERED = 1000

Found = list[tuple[Any, ...]]
_lately: dict[int, Found] = {}
"""What NAMED answered last, by pilot."""


class Outdated(Exception):
    """What was remembered of the pilot has changed: its rows are to be read anew."""


class MetricRead(NamedTuple):
    pk: int
    is_rate: bool


@dataclass
class Known:
    """`primary` is the id of the candidate that rows without one belong to. `remembered` is what is still to be confirmed."""

    pilot: Pilot
    metrics: Mapping[str, MetricRead]
    candidates: Mapping[str, int]
    primary: int | None
    now: datetime
    remembered: Found | None

    @classmethod
    def of(cls, pilot_id: int, *, now: datetime, anew: bool = False) -> Self:
        """No query where it was asked lately, unless `anew`; else one, for all rows. Raises Pilot.DoesNotExist."""
        remembered = None if anew else _lately.get(pilot_id)
        if remembered is not None:
            server_bound.found_out_on_the_way()
        found = remembered or _asked_now(pilot_id)
        named = {
            kind: [row[1:] for row in found if row[0] == kind] for kind in ("pilot", "metric", "candidate")
        }
        if not named["pilot"]:
            raise Pilot.DoesNotExist
        ((slug, pk, state, window_start),) = named["pilot"]
        return cls(
            pilot=Pilot.from_db(
                connection.alias, ["id", "slug", "state", "window_start"], [pk, slug, state, window_start]
            ),
            metrics={
                key: MetricRead(pk, estimand == Estimand.RATE) for key, pk, estimand, _ in named["metric"]
            },
            candidates={slug: pk for slug, pk, _, _ in named["candidate"]},
            primary=next((pk for _, pk, role, _ in named["candidate"] if role == Role.PRIMARY), None),
            now=now,
            remembered=remembered,
        )

    @property
    def unconfirmed(self) -> list[Asked]:
        """To be asked once the pilot is locked."""
        return [] if self.remembered is None else [(NAMED, {"pilot": self.pilot.pk})]

    def confirm(self, found: Found) -> None:
        """Raises Outdated."""
        if found != self.remembered:
            _lately.pop(self.pilot.pk, None)
            raise Outdated

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


def _asked_now(pilot_id: int) -> Found:
    (found,) = server_bound.at_first((NAMED, {"pilot": pilot_id}))
    if len(_lately) >= MOST_REMEMBERED:
        _lately.clear()
    _lately[pilot_id] = found
    return found
