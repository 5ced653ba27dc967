"""Simulated pilots, read every day: a sample of the scenarios of the method, seeded.

60 pilots a scenario (of 2,000 in the full simulation). Bounds are widened by the Monte-Carlo error, three standard
errors of 60 draws: an error of 5 % may come out at 8 of 60, a power of 95 % at 52 of 60.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from statistics import median

import numpy as np
import pytest
from scipy.stats import ttest_ind

from pilots.judging.facts import ArmFacts, Facts, Latch, Phase
from pilots.judging.judge import judge
from pilots.judging.plan import Goal, StopTrigger
from pilots.judging.verdict import Flag, ReasonCode, Verdict
from tests.pilots.judging.builders import COST, LATENCY, MINUTES, QUALITY, START, plan

PILOTS, DAYS, A_DAY, BASELINE = 60, 28, 25, 500
FALSE_ALARMS, POWER = 8, 52
EVERY_DAY = range(1, DAYS + 1)


def sums(key: str, values: np.ndarray, day: int, phase: Phase, **changes) -> ArmFacts:
    """Values in thousandths, so that the sums are exact."""
    scaled = np.rint(values * 1000).astype(np.int64)
    return ArmFacts(
        metric=key,
        candidate="small-model",
        phase=phase,
        n=len(scaled),
        total=Decimal(int(scaled.sum())) / 1000,
        squares=Decimal(int((scaled * scaled).sum())) / 1_000_000,
        days=day,
        last_at=START + timedelta(days=day, hours=-1),
        **changes,
    )


def watch(written, streams, baselines, *, days=EVERY_DAY, extra=lambda key, seen: {}) -> list[Verdict]:
    """One verdict a day, each with the latches of the one before."""
    before = [sums(key, values, 0, Phase.BASELINE, **extra(key, values)) for key, values in baselines.items()]
    verdicts, latched = [], ()
    for day in days:
        seen = {key: values[: day * A_DAY] for key, values in streams.items()}
        arms = [sums(key, values, day, Phase.FIRST_USE, **extra(key, values)) for key, values in seen.items()]
        now = START + timedelta(days=day)
        verdict = judge(
            written,
            Facts(as_of=now, arms=(*before, *arms), latched=latched),
            now,
            forecasts=False,
        )
        latched = tuple(Latch(trigger=key, since=now, sentence=key) for key in verdict.breached)
        verdicts.append(verdict)
    return verdicts


def minutes(rng: np.random.Generator, n: int | tuple[int, int], mean: float) -> np.ndarray:
    """Skewed to the right, as review times are."""
    return rng.gamma(6.0, mean / 6.0, n)


NOT_WORSE = plan(
    metrics=(MINUTES,),
    goals=(Goal(key="better", metric=MINUTES.key, margin=Decimal(0)),),
    triggers=(StopTrigger(key="worse", metric=MINUTES.key, margin=Decimal(0)),),
)


def test_without_a_difference_daily_looks_seldom_stop_or_go_where_a_daily_t_test_often_does():
    rng = np.random.default_rng(20260301)
    before, streams = minutes(rng, (300, BASELINE), 10.0), minutes(rng, (300, DAYS * A_DAY), 10.0)

    judged = [
        watch(NOT_WORSE, {MINUTES.key: stream}, {MINUTES.key: baseline})
        for baseline, stream in zip(before[:PILOTS], streams[:PILOTS], strict=True)
    ]

    assert sum(any(look.code is ReasonCode.HARM for look in looks) for looks in judged) <= FALSE_ALARMS
    assert sum(any(look.flag is Flag.GO for look in looks) for looks in judged) <= FALSE_ALARMS
    assert daily_t_test(streams, before) >= 0.15


def daily_t_test(streams: np.ndarray, before: np.ndarray) -> float:
    """Share of pilots in which any of 28 daily Welch tests is "significant" at 5 %."""
    looks = [
        ttest_ind(streams[:, : day * A_DAY], before, axis=1, equal_var=False).pvalue < 0.05
        for day in EVERY_DAY
    ]
    return float(np.any(looks, axis=0).mean())


def test_a_saving_exactly_at_the_goal_seldom_goes():
    rng = np.random.default_rng(20260302)
    written = plan(
        metrics=(MINUTES,),
        goals=(Goal(key="faster", metric=MINUTES.key, margin=Decimal(1)),),
        triggers=(StopTrigger(key="worse", metric=MINUTES.key, margin=Decimal(1)),),
    )

    go = sum(
        any(
            verdict.flag is Flag.GO
            for verdict in watch(
                written,
                {MINUTES.key: minutes(rng, DAYS * A_DAY, 9.0)},
                {MINUTES.key: minutes(rng, BASELINE, 10.0)},
            )
        )
        for _ in range(PILOTS)
    )

    assert go <= FALSE_ALARMS


def test_a_p95_thirty_percent_over_a_known_limit_stops_by_day_four():
    """Log-normal latencies, sd of the logarithm 0.4, median 1 s: the p95 before is 1.931 s."""
    rng = np.random.default_rng(20260303)
    limit = "1.931"
    written = plan(
        metrics=(LATENCY,),
        goals=(),
        triggers=(StopTrigger(key="slow", metric=LATENCY.key, limit=Decimal(limit)),),
    )

    def beyond(key, seen):
        return {"beyond": {limit: int((seen > float(limit)).sum())}}

    stopped = []
    for _ in range(PILOTS):
        stream = 1.3 * rng.lognormal(0.0, 0.4, DAYS * A_DAY)
        verdicts = watch(written, {LATENCY.key: stream}, {}, days=range(1, 15), extra=beyond)
        days = [day for day, verdict in enumerate(verdicts, start=1) if verdict.code is ReasonCode.HARM]
        stopped += days[:1]

    assert len(stopped) >= POWER
    assert median(stopped) <= 4


def test_review_minutes_thirty_percent_up_stop():
    rng = np.random.default_rng(20260304)

    stopped = sum(
        watch(
            NOT_WORSE,
            {MINUTES.key: minutes(rng, DAYS * A_DAY, 13.0)},
            {MINUTES.key: minutes(rng, BASELINE, 10.0)},
            days=(7, 14, 21, 28),
        )[-1].code
        is ReasonCode.HARM
        for _ in range(PILOTS)
    )

    assert stopped >= POWER


@pytest.fixture
def cheap_but_worse():
    return plan(
        metrics=(COST, QUALITY),
        goals=(Goal(key="save", metric=COST.key, margin=Decimal("0.1")),),
        triggers=(StopTrigger(key="quality", metric=QUALITY.key, margin=Decimal("0.05")),),
    )


def test_half_the_cost_at_twenty_points_less_quality_stops_for_harm_and_lists_the_proven_goal(
    cheap_but_worse,
):
    rng = np.random.default_rng(20260305)

    def counts(key, seen):
        return {"yes": int(seen.sum())} if key == QUALITY.key else {}

    harm = listed = go = 0
    for _ in range(PILOTS):
        n = DAYS * A_DAY
        streams = {COST.key: rng.gamma(4.0, 0.15, n), QUALITY.key: (rng.random(n) < 0.7).astype(float)}
        before = {
            COST.key: rng.gamma(4.0, 0.3, BASELINE),
            QUALITY.key: (rng.random(BASELINE) < 0.9).astype(float),
        }
        verdicts = watch(cheap_but_worse, streams, before, days=(7, 14, 21, 28), extra=counts)
        harm += verdicts[-1].code is ReasonCode.HARM
        go += any(verdict.flag is Flag.GO for verdict in verdicts)
        listed += any(reason.startswith("cost per task") for reason in verdicts[-1].reasons_against)

    assert harm >= POWER
    assert listed >= POWER
    assert go == 0


def test_a_breach_never_goes_away_while_the_stream_recovers():
    rng = np.random.default_rng(20260306)
    stream = np.concatenate([minutes(rng, 10 * A_DAY, 14.0), minutes(rng, 18 * A_DAY, 7.0)])

    verdicts = watch(NOT_WORSE, {MINUTES.key: stream}, {MINUTES.key: minutes(rng, BASELINE, 10.0)})

    codes = [verdict.code for verdict in verdicts]
    first = codes.index(ReasonCode.HARM)
    assert set(codes[first:]) == {ReasonCode.HARM}
    assert verdicts[-1].results[1].estimate > 0
