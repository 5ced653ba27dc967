"""All scenarios, in the order of the method's list."""

from __future__ import annotations

from tests.simulation.claims import Scenario
from tests.simulation.scenarios import (
    designs,
    drifting,
    every_task,
    harm,
    harmless,
    nothing_to_prove,
    repeats,
    rows,
    savings,
)

SCENARIOS: tuple[Scenario, ...] = tuple(
    sorted(
        (
            *harmless.SCENARIOS,
            *designs.SCENARIOS,
            *savings.SCENARIOS,
            *harm.SCENARIOS,
            *every_task.SCENARIOS,
            *repeats.SCENARIOS,
            *rows.SCENARIOS,
            *drifting.SCENARIOS,
            *nothing_to_prove.SCENARIOS,
        ),
        key=lambda scenario: scenario.number,
    )
)


def find(slug: str) -> Scenario:
    """Raises KeyError that lists the slugs."""
    for scenario in SCENARIOS:
        if scenario.slug == slug:
            return scenario
    raise KeyError(f"no scenario {slug!r}; there are {', '.join(scenario.slug for scenario in SCENARIOS)}")
