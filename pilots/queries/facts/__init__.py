"""Rows of measurements as the sufficient statistics that the judge reads, in a fixed number of queries."""

from datetime import datetime

from pilots.judging.facts import Facts
from pilots.judging.plan import Plan
from pilots.models import Pilot
from pilots.queries.facts import arms, charter, epochs, latches, pairs
from pilots.queries.facts.series import DECIDING, Series


def load(pilot: Pilot, plan: Plan, *, as_of: datetime) -> Facts:
    """Everything known of the pilot up to `as_of`. Demo numbers count in a demo pilot only, and the facts say so."""
    known = epochs.load(pilot, as_of=as_of)
    series = Series.of(pilot, plan, epochs=known, as_of=as_of)
    return Facts(
        as_of=as_of,
        arms=arms.load(series, plan),
        pairs=pairs.load(series, plan),
        epochs=tuple(known),
        blockers=charter.blockers(pilot),
        latched=latches.load(pilot),
        migration_cost=pilot.migration_cost,
        volume_per_day=charter.volume_per_day(pilot),
        wage_per_hour=pilot.wage_per_hour,
        simulated=("demo",) if pilot.is_demo else (),
    )


__all__ = ["DECIDING", "load"]
