"""Golden values of the judgement specification, tolerance 1e-4, and stability at the largest counts."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.stats.interval import Interval
from evaluations.stats.rates import breaches, e_plus, log_e, log_e_plus, rate_sequence, smallest_breach

GOLDEN = 1e-4
counts = st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("n", "k", "low", "high"),
    [(100, 0, 0.0, 0.05703), (100, 5, 0.00715, 0.15579), (50, 50, 0.89536, 1.0)],
)
def test_rate_sequence_golden_values(n: int, k: int, low: float, high: float):
    interval = rate_sequence(k, n, 0.05)

    assert interval.low == pytest.approx(low, abs=GOLDEN)
    assert interval.high == pytest.approx(high, abs=GOLDEN)


def test_one_sided_evidence_golden_value():
    assert e_plus(12, 100, 0.05) == pytest.approx(18.41524, abs=GOLDEN)


@pytest.mark.parametrize(("n", "smallest"), [(50, 8), (100, 13), (200, 20)])
def test_smallest_count_that_breaches(n: int, smallest: int):
    assert smallest_breach(n, 0.05, 0.05) == smallest
    assert breaches(smallest, n, 0.05, 0.05)
    assert not breaches(smallest - 1, n, 0.05, 0.05)


def test_too_few_tasks_cannot_breach_at_all():
    assert smallest_breach(1, 0.5, 0.05) is None


def test_nothing_seen_leaves_every_rate_possible():
    assert rate_sequence(0, 0, 0.05) == Interval(0.0, 1.0)


@given(counts)
def test_sequence_holds_the_observed_share_and_mirrors(count: tuple[int, int]):
    k, n = count

    interval, mirrored = rate_sequence(k, n, 0.05), rate_sequence(n - k, n, 0.05)

    assert n == 0 or interval.contains(k / n)
    assert mirrored.low == pytest.approx(1.0 - interval.high, abs=1e-9)
    assert mirrored.high == pytest.approx(1.0 - interval.low, abs=1e-9)


@given(counts, st.floats(0.001, 0.999))
def test_evidence_and_sequence_agree(count: tuple[int, int], p: float):
    k, n = count
    against = log_e(k, n, p) >= math.log(20)

    interval = rate_sequence(k, n, 0.05)

    # a rate within rounding of an end may fall on either side
    assert against != interval.contains(p) or min(abs(p - interval.low), abs(p - interval.high)) < 1e-9


@given(counts, st.floats(0.01, 0.99))
def test_one_more_yes_never_weakens_the_alarm(count: tuple[int, int], p0: float):
    k, n = count

    assert log_e_plus(k, n + 1, p0) <= log_e_plus(k + 1, n + 1, p0) + 1e-9


def test_the_evidence_averages_to_one_under_its_null():
    # every outcome of 40 tasks at rate 0.3, weighted by its probability
    mean = sum(math.comb(40, k) * 0.3**k * 0.7 ** (40 - k) * math.exp(log_e(k, 40, 0.3)) for k in range(41))
    one_sided = sum(math.comb(40, k) * 0.3**k * 0.7 ** (40 - k) * e_plus(k, 40, 0.3) for k in range(41))

    assert mean == pytest.approx(1.0, abs=1e-9)
    assert one_sided == pytest.approx(1.0, abs=1e-9)


def test_a_hundred_million_tasks_are_no_trouble():
    # normal approximation at this n: half-width = sqrt(p(1 − p)/n · ln(π·n·… )) ≈ 0.000109
    half = rate_sequence(5_000_000, 100_000_000, 0.05)
    rare = rate_sequence(3, 100_000_000, 0.05)

    assert (half.low, half.high) == (pytest.approx(0.0498914, abs=1e-6), pytest.approx(0.0501087, abs=1e-6))
    assert 0.0 < rare.low < 3e-8 < rare.high < 3e-7
    assert not breaches(4_999_000, 100_000_000, 0.05, 0.05)
    assert breaches(5_015_000, 100_000_000, 0.05, 0.05)


def test_a_limit_of_zero_breaks_with_the_first_event():
    assert breaches(1, 1000, 0.0, 0.05)
    assert not breaches(0, 1000, 0.0, 0.05)
    assert not breaches(1000, 1000, 1.0, 0.05)


def test_a_rate_far_below_its_limit_is_no_evidence_rather_than_an_error():
    assert e_plus(0, 1_000_000, 0.5) == 0.0


def test_overwhelming_evidence_is_infinite_rather_than_an_error():
    assert e_plus(10_000, 10_000, 0.01) == math.inf


def test_more_yes_than_tasks_is_refused():
    with pytest.raises(ValueError, match="no share"):
        rate_sequence(6, 5, 0.05)
