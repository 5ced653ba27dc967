"""Measurements of a pilot as the sufficient statistics that the judge reads, in a fixed number of queries."""

from datetime import datetime

from pilots.judging.facts import ArmFacts, Epoch, Facts, HardEvents, PairFacts
from pilots.judging.plan import Plan
from pilots.models import Pilot
from pilots.queries import adverse, sources, standards
from pilots.queries.facts import arms, charter, epochs, hard, judged, latches, models, pairs, rare, state
from pilots.queries.facts.latches import Carried, carried
from pilots.queries.facts.rare import Rare
from pilots.queries.facts.row import DECIDING
from pilots.queries.facts.series import Series


def load(pilot: Pilot, plan: Plan, *, as_of: datetime) -> Facts:
    """Everything known of the pilot up to `as_of`, from the running statistics where they can answer, else from the
    rows; both say the same. Demo numbers count in a demo pilot only, and the facts say so."""
    past = latches.load(pilot)
    kept = from_statistics(pilot, plan, as_of=as_of, past=past)
    return kept or from_rows(pilot, plan, as_of=as_of, past=past)


def from_statistics(pilot: Pilot, plan: Plan, *, as_of: datetime, past: Carried) -> Facts | None:
    """None when the running statistics cannot answer."""
    kept = state.load(pilot, plan, as_of=as_of)
    if kept is None:
        return None
    return _facts(
        pilot,
        plan,
        as_of=as_of,
        arms=kept.arms,
        pairs=pairs.load(pilot, plan),
        epochs=kept.epochs,
        known=kept.rare,
        past=past,
    )


def from_rows(pilot: Pilot, plan: Plan, *, as_of: datetime, past: Carried | None = None) -> Facts:
    """The truth that the running statistics are held to: one pass over all measurements of the pilot."""
    found = epochs.load(pilot, as_of=as_of)
    series = Series.of(pilot, plan, epochs=found, as_of=as_of)
    return _facts(
        pilot,
        plan,
        as_of=as_of,
        arms=arms.load(series, plan),
        pairs=pairs.from_rows(series, plan),
        epochs=tuple(found),
        known=rare.load(pilot),
        past=past or latches.load(pilot),
    )


def _facts(
    pilot: Pilot,
    plan: Plan,
    *,
    as_of: datetime,
    arms: tuple[ArmFacts, ...],
    pairs: tuple[PairFacts, ...],
    epochs: tuple[Epoch, ...],
    known: Rare,
    past: Carried,
) -> Facts:
    model = models.load(pilot, known, as_of=as_of)
    return Facts(
        as_of=as_of,
        arms=arms,
        pairs=pairs,
        epochs=epochs,
        blockers=(
            *charter.blockers(pilot),
            *charter.spend_unknown(pilot, as_of=as_of),
            *adverse.blockers(pilot, as_of=as_of),
            *(standards.blockers(pilot, as_of=as_of) if known.anchors else ()),
            *model.blockers,
        ),
        hard=hard.load(pilot, as_of=as_of) if known.incidents else HardEvents(),
        latched=past.latched,
        corrections=past.corrections,
        silent=sources.silences(pilot, plan, as_of=as_of) if known.silent_sources else (),
        judged=judged.load(pilot, plan, epochs=epochs, as_of=as_of) if known.judged_by_model else (),
        migration_cost=pilot.migration_cost,
        volume_per_day=charter.volume_per_day(pilot),
        wage_per_hour=pilot.wage_per_hour,
        simulated=("demo",) if pilot.is_demo else (),
        host_retires_on=model.host_retires_on,
    )


__all__ = ["DECIDING", "carried", "from_rows", "from_statistics", "load"]
