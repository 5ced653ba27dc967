"""What the simulation leaves out changes nothing: compared with the judge at every look."""

from __future__ import annotations

import numpy as np
import pytest

from evaluations.stats.rates import smallest_breach
from pilots.judging.plan import Design
from tests.pilots.judging.builders import MINUTES
from tests.simulation import plans, two_workers
from tests.simulation.bystanders import watching
from tests.simulation.claims import Claim, Kind, share_interval
from tests.simulation.ledger import Ledger, frozen
from tests.simulation.running import play
from tests.simulation.scenarios import every_task
from tests.simulation.scenarios.drifting import MINUTES_PLAN, alarmed, shifted, steady
from tests.simulation.streams import SCALE, generator, minutes
from tests.simulation.watching import always, arms_of, looks


@pytest.mark.parametrize(
    "slug", ["a/a", "a/a limit", "a/a concurrent rate", "at the goal, skewed", "p95 on its limit"]
)
def test_looks_that_cannot_settle_anything_may_be_left_out(slug: str):
    assert len(play(slug, [3, 11], check_first=True)) == 2
    assert len(play(slug, [4], check_first=True)) == 1


@pytest.mark.parametrize("limit", [0.02, 0.05, 0.1, 0.5])
def test_a_rate_that_breaches_is_never_close_to_its_limit(limit: float):
    for n in range(25, 701, 25):
        bad = smallest_breach(n, limit, 0.05)
        assert bad is not None
        stream = np.array([SCALE] * bad + [0] * (n - bad), dtype=np.int64)

        assert watching(stream, limit, range(n, n + 1)).close == (1,)


def test_the_verdict_at_any_task_is_where_its_turns_say():
    found, rng = every_task.turns(4, 60), np.random.default_rng(5)

    for n in rng.choice(np.arange(1, 61), size=12, replace=False):
        for errors in range(min(int(n), 9) + 1):
            verdict = every_task.verdict_at(4, errors, int(n))
            assert every_task.is_harm(verdict) == (errors >= found.harm[n - 1])
            assert every_task.is_go(verdict) == (errors <= found.go[n - 1])


def test_the_turns_are_found_late_in_a_pilot_too():
    """At 900 tasks, by trying every count: the smallest that stops, the largest that goes."""
    verdicts = [every_task.verdict_at(10, errors, 900) for errors in range(60)]
    harmed = [every_task.is_harm(verdict) for verdict in verdicts]

    assert harmed == sorted(harmed)
    assert every_task.fewest(10, 900, 40, every_task.is_harm) == harmed.index(True)
    assert every_task.most(10, 900, -1) == [every_task.is_go(verdict) for verdict in verdicts].count(True) - 1


@pytest.mark.parametrize("draw", [shifted, steady])
def test_the_drift_alarm_at_the_end_remembers_every_evening(draw):
    for pilot in range(2):
        measure = arms_of([], [Ledger(MINUTES.key, draw(generator("evenings", pilot), 700))])

        evenings = [alarmed(MINUTES_PLAN, measure, day) for day in range(1, 29)]

        assert evenings == sorted(evenings)
        assert evenings[-1] == any(evenings)


def test_the_ledger_holds_the_sums_of_its_tasks():
    stream = minutes(generator("ledger", 0), 100)

    arm = Ledger(MINUTES.key, stream).arm(3)

    assert arm.n == 75
    assert int(arm.total * 1000) == int(stream[:75].sum())
    assert int(arm.squares * 1_000_000) == int((stream[:75] ** 2).sum())
    assert [day.n for day in arm.daily] == [25, 25, 25]
    assert sum(day.total for day in arm.daily) == arm.total


def test_looks_are_verdicts_of_record_with_the_latches_of_the_one_before():
    """Twice as long in the first three days, then half as long: breached on day 1 to 3, and for ever."""
    rng = generator("latches", 0)
    stream = np.concatenate([minutes(rng, 75, 20.0), minutes(rng, 225, 5.0)])
    measure = arms_of([frozen(MINUTES.key, minutes(rng, 500, 10.0))], [Ledger(MINUTES.key, stream)])

    found = [
        verdict.breached for _, verdict in looks(always(plans.against_before(MINUTES)), measure, range(1, 13))
    ]

    assert found[0] == ()
    assert found[2:] == [("worse",)] * 10


def test_a_t_test_and_a_threshold_read_the_same_streams():
    """Ten values of 1, then ten of 3, against 2: worse only at the end, and by a t-test at both."""
    tasks = np.array([900, 1100] * 5 + [4900, 5100] * 5, dtype=np.int64)

    found = watching(tasks, 2.0, range(10, 21, 10))

    assert (found.t_better, found.static) == (True, True)
    assert found.close == (1, 2)


def test_extensions_are_signed_when_the_window_is_over():
    days = [
        plans.extended(plans.against_before(MINUTES), day).extensions.used for day in (1, 27, 28, 41, 42, 56)
    ]

    assert days == [0, 0, 1, 1, 2, 2]


def test_two_processes_that_judge_at_once_write_one_record():
    assert two_workers.compare(3) == [True, True, True]


def test_a_claim_is_held_to_its_bound_in_a_full_run_and_to_three_standard_errors_more_in_a_sample():
    claim = Claim("false go", "go", Kind.AT_MOST, bound=0.065, nominal=0.05)

    assert (claim.holds(0.065, 2000), claim.holds(0.0655, 2000)) == (True, False)
    assert (claim.holds(0.115, 100), claim.holds(0.12, 100)) == (True, False)


def test_the_monte_carlo_interval_is_that_of_clopper_and_pearson():
    """5 of 100: 1.64 % to 11.28 %, as in any table."""
    assert share_interval(5, 100) == pytest.approx((0.0164, 0.1128), abs=1e-4)


def test_a_control_grows_alongside():
    rng = generator("control", 0)
    now, control = minutes(rng, 100), minutes(rng, 100)

    found = watching(now, control, range(50, 101, 50), grows=True)

    assert plans.between_arms(MINUTES, Design.CONCURRENT).control == plans.CONTROL
    assert found.static == bool(now[:50].mean() > control[:50].mean() or now.mean() > control.mean())
