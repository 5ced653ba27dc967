"""Scenario 6: the same 100 items every night. Thirty answers to one item are not thirty items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from pilots.judging.facts import ArmFacts, Phase
from tests.pilots.judging.builders import MINUTES, START
from tests.simulation import plans
from tests.simulation.bystanders import watching
from tests.simulation.claims import Claim, Kind, Scenario, false_alarm
from tests.simulation.ledger import CANDIDATE
from tests.simulation.streams import Generator
from tests.simulation.watching import Course, Measured, always, follow

Events = Mapping[str, float]

ITEMS, NIGHTS, SCALE = 100, 30, 10**6
"""Averages over nights are rounded to a millionth of a minute."""


def nightly(rng: Generator, /, *, every_look: bool = False) -> Events:
    """Half of the variance between items, half from night to night; the truth lies exactly on the target."""
    nights = 10.0 + rng.standard_normal(ITEMS) + rng.standard_normal((NIGHTS, ITEMS))
    by_item = np.cumsum(nights, axis=0) / np.arange(1, NIGHTS + 1)[:, None]
    units = _watched([by_item[night] for night in range(NIGHTS)], averaged=True)
    answers = _watched([nights[: night + 1].ravel() for night in range(NIGHTS)], averaged=False)
    thousandths = np.rint(1000 * nights.ravel()).astype(np.int64)
    beside = watching(thousandths, 10.0, range(ITEMS, ITEMS * NIGHTS + 1, ITEMS))
    return {**units.said, "any_answer": answers.said["any"], **beside.events}


def _watched(seen: list[NDArray[np.float64]], *, averaged: bool) -> Course:
    planned = ITEMS if averaged else ITEMS * NIGHTS
    written = plans.against_number(replace(MINUTES, planned_n=planned), "10")
    arms = [_arm(values, night, averaged=averaged) for night, values in enumerate(seen, start=1)]
    window = plans.longer(written, NIGHTS + 1)
    return follow(always(window), lambda night: Measured(arms=(arms[night - 1],)), range(1, NIGHTS + 1))


def _arm(values: NDArray[np.float64], night: int, *, averaged: bool) -> ArmFacts:
    whole = [int(value) for value in np.rint(values * SCALE)]
    return ArmFacts(
        metric=MINUTES.key,
        candidate=CANDIDATE,
        phase=Phase.FIRST_USE,
        n=len(whole),
        total=Decimal(sum(whole)) / SCALE,
        squares=Decimal(sum(value * value for value in whole)) / SCALE**2,
        averaged=averaged,
        outcomes={"ok": len(whole)},
        rows=ITEMS * night,
        days=night,
        last_at=START + timedelta(days=night, hours=-1),
    )


SCENARIOS = (
    Scenario(
        6,
        "nightly",
        "100 items re-run on 30 nights, no difference",
        nightly,
        (
            false_alarm("any false alarm, read per item", "any", t_test="t_any", static="static"),
            Claim("any false alarm, the same data read per answer", "any_answer", Kind.REPORTED),
        ),
    ),
)
