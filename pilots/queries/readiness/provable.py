"""Whether each goal and trigger can be settled in the window at the pilot's volume, as far as its owner guesses right."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal

from pilots.judging.power import HOPELESS, Expected, Power, power
from pilots.models import Metric, Pilot
from pilots.queries import facts, plans
from pilots.queries.readiness.point import Lint, Missing


def forecast(pilot: Pilot, metrics: Sequence[Metric]) -> tuple[Power, ...]:
    """One entry a goal and trigger; empty where no metric has an expectation, or a rule cannot be judged."""
    expected = {
        metric.key: Expected(
            value=metric.expected_value, sd=metric.expected_sd or Decimal(0), before=metric.expected_before
        )
        for metric in metrics
        if metric.expected_value is not None
    }
    if not expected:
        return ()
    plan = plans.of_pilot(pilot, version=1)
    try:
        known = facts.from_rows(pilot, plan, as_of=datetime.combine(pilot.window_start, time(), tzinfo=UTC))
        return power(plan, expected, known)
    except ValueError:
        return ()  # what cannot be judged is a point of its own


def points(forecasts: Sequence[Power]) -> Iterator[Missing]:
    for each in forecasts:
        if each.probability is not None and each.probability < HOPELESS:
            yield Missing(
                "metrics",
                f"{each.sentence[:1].upper()}{each.sentence[1:]}.",
                "Choose another level, or plan a longer window.",
                Lint.HOPELESS,
                about=each.criterion,
            )
