import math
from decimal import Decimal

import pytest

from evaluations.stats.comparisons import cost_per_accepted, net_effect, ratio
from evaluations.stats.interval import Interval
from evaluations.stats.means import MeanSummary


@pytest.mark.parametrize(
    ("numerator", "share", "expected"),
    [
        (Interval(2.0, 4.0), Interval(0.5, 0.8), Interval(2.5, 8.0)),
        (Interval(-2.0, 4.0), Interval(0.5, 0.8), Interval(-4.0, 8.0)),
        (Interval(-4.0, -2.0), Interval(0.5, 0.8), Interval(-8.0, -2.5)),
        (Interval(2.0, 4.0), Interval(0.0, 0.8), Interval(2.5, math.inf)),
        (Interval(0.0, 0.0), Interval(0.0, 0.8), Interval(0.0, 0.0)),
    ],
)
def test_ratio_holds_every_quotient(numerator: Interval, share: Interval, expected: Interval):
    assert ratio(numerator, share) == expected


def test_a_share_that_can_only_be_zero_is_refused():
    with pytest.raises(ValueError, match="above zero"):
        ratio(Interval(1.0, 2.0), Interval(0.0, 0.0))


def test_cost_per_accepted_splits_the_budget():
    # mean cost 4 with s = 1, n = 30 planned 30: ± 0.59608 at α = 0.05; 50 of 50 accepted: [0.89536, 1] at 0.05
    cost = MeanSummary.from_moments(30, Decimal(4), Decimal(1))

    interval = cost_per_accepted(cost, accepted=50, tasks=50, n_planned=30, alpha=0.10)

    assert interval.low == pytest.approx(4 - 0.59608, abs=1e-4)
    assert interval.high == pytest.approx((4 + 0.59608) / 0.89536, abs=2e-4)


def test_net_effect_subtracts_every_extra_cost():
    effect = net_effect(Interval(1.0, 2.0), [Interval(0.1, 0.2), Interval(0.0, 0.5)])

    assert effect.low == pytest.approx(0.3)
    assert effect.high == pytest.approx(1.9)
