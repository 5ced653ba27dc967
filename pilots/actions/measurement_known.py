"""What the rows of one pilot refer to, fetched once for a batch: its metrics, its candidates, and when it began."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple, Self

from django.db import connection

from pilots.actions import server_bound
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


class MetricRead(NamedTuple):
    pk: int
    is_rate: bool


@dataclass
class Known:
    """`primary` is the id of the candidate that rows without one belong to."""

    pilot: Pilot
    metrics: Mapping[str, MetricRead]
    candidates: Mapping[str, int]
    primary: int | None
    now: datetime

    @classmethod
    def of(cls, pilot_id: int, *, now: datetime) -> Self:
        """One query, whatever the number of rows. Raises Pilot.DoesNotExist."""
        (found,) = server_bound.at_first((NAMED, {"pilot": pilot_id}))
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
