"""Scenario 5: an error rate of 2 % before and after, looked at after every single task.

A thousand looks at 2,000 pilots are two million verdicts. The judge is a function of the two counts, and more errors
are never better for the pilot, so that for each baseline and each number of tasks it is enough to ask judge() where
the verdict turns: at the smallest count of errors that is a stop for harm, the largest that is GO, the smallest that
is futile. `test_shortcuts` holds this equal to judge() itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pilots.judging.facts import ArmFacts, Facts, Phase
from pilots.judging.judge import judge
from pilots.judging.plan import Design
from pilots.judging.verdict import Flag, ReasonCode, Verdict
from tests.pilots.judging.builders import ERRORS, START
from tests.simulation import plans
from tests.simulation.bystanders import watching
from tests.simulation.claims import Scenario, false_alarm
from tests.simulation.ledger import CANDIDATE
from tests.simulation.scenarios.errors import BOTH_WAYS
from tests.simulation.streams import A_DAY, BASELINE, SCALE, Generator, yes

Events = Mapping[str, float]

TASKS, RATE = 1000, 0.02
METRIC = replace(ERRORS, design=Design.BEFORE_AFTER, planned_n=TASKS)
PLAN = plans.longer(plans.against_before(METRIC), TASKS // A_DAY + 1)


@dataclass(frozen=True)
class Turns:
    """For n = 1 … 1,000 (index n − 1): fewest errors for harm and for futility, most for GO; n + 1 and −1 if none."""

    harm: NDArray[np.int64]
    futile: NDArray[np.int64]
    go: NDArray[np.int64]


def verdict_at(errors_before: int, errors: int, n: int) -> Verdict:
    """Straight after task n, 25 of them a day."""
    now = START + timedelta(days=n / A_DAY)
    arms = (
        _rate(errors_before, BASELINE, Phase.BASELINE),
        replace(_rate(errors, n, Phase.FIRST_USE), days=-(-n // A_DAY), last_at=now),
    )
    return judge(PLAN, Facts(as_of=now, arms=arms), now, forecasts=False)


def is_harm(verdict: Verdict) -> bool:
    return verdict.code is ReasonCode.HARM


def is_futile(verdict: Verdict) -> bool:
    return verdict.code is ReasonCode.FUTILITY


def is_go(verdict: Verdict) -> bool:
    return verdict.flag is Flag.GO


@cache
def turns(errors_before: int, tasks: int = TASKS) -> Turns:
    """The turn at n + 1 tasks lies near the one at n, so that a few verdicts find it."""
    harm, futile, go = [], [], []
    for n in range(1, tasks + 1):
        harm.append(fewest(errors_before, n, harm[-1] if harm else 1, is_harm))
        futile.append(fewest(errors_before, n, futile[-1] if futile else 1, _futile_or_worse))
        go.append(most(errors_before, n, go[-1] if go else -1))
    return Turns(np.array(harm), np.array(futile), np.array(go))


def every_task(rng: Generator, /, *, every_look: bool = False) -> Events:
    before = int(rng.binomial(BASELINE, RATE))
    stream = yes(rng, TASKS, RATE)
    errors, found = np.cumsum(stream) // SCALE, turns(before)
    harmed = errors >= found.harm
    until = int(harmed.argmax()) if harmed.any() else TASKS
    beside = watching(stream, _baseline(before), range(1, TASKS + 1))
    said = {
        "harm": float(harmed.any()),
        "futile": float((errors >= found.futile)[:until].any()),
        "go": float((errors <= found.go)[:until].any()),
    }
    return {**said, "any": max(said.values()), **beside.events}


def _rate(errors: int, n: int, phase: Phase) -> ArmFacts:
    return ArmFacts(
        metric=METRIC.key,
        candidate=CANDIDATE,
        phase=phase,
        n=n,
        yes=errors,
        outcomes={"ok": n},
        rows=n,
        days=20,
    )


def _baseline(errors: int) -> NDArray[np.int64]:
    return np.array([SCALE] * errors + [0] * (BASELINE - errors), dtype=np.int64)


def _futile_or_worse(verdict: Verdict) -> bool:
    return is_futile(verdict) or is_harm(verdict)


def fewest(errors_before: int, n: int, near: int, wanted: Callable[[Verdict], bool]) -> int:
    """The smallest count in 0 … n that is so; n + 1 when none is. Counts above it are so as well."""
    found = min(near, n + 1)
    while found <= n and not wanted(verdict_at(errors_before, found, n)):
        found += 1
        if found == near + 3 and not wanted(verdict_at(errors_before, n, n)):
            return n + 1
    while found > 0 and wanted(verdict_at(errors_before, found - 1, n)):
        found -= 1
    return found


def most(errors_before: int, n: int, near: int) -> int:
    """The largest count that is GO; −1 when none is."""
    found = max(near, -1)
    while found < n and is_go(verdict_at(errors_before, found + 1, n)):
        found += 1
    while found >= 0 and not is_go(verdict_at(errors_before, found, n)):
        found -= 1
    return found


SCENARIOS = (
    Scenario(
        5,
        "every task",
        "An error rate of 2 % before (500 tasks) and after, looked at after every task to 1,000",
        every_task,
        (
            *BOTH_WAYS,
            false_alarm("any of the three", "any", t_test="t_any"),
        ),
    ),
)
