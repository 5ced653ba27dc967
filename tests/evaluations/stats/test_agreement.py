"""Cohen's kappa against published numbers."""

import pytest

from evaluations.stats.agreement import Agreement


def test_kappa_of_the_textbook_example():
    # 50 grants, two readers: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no; κ = 0.40 (en.wikipedia.org, Cohen's kappa).
    agreement = Agreement(both=20, first=5, second=10, neither=15)

    assert agreement.observed == 0.7
    assert agreement.kappa == pytest.approx(0.4)


def test_the_interval_narrows_with_n_and_holds_kappa():
    few = Agreement(20, 5, 10, 15).interval()
    many = Agreement(2000, 500, 1000, 1500).interval()

    assert few.contains(0.4)
    assert many.contains(0.4)
    assert many.width == pytest.approx(few.width / 10)


def test_full_agreement_is_1_and_certain_as_far_as_the_formula_goes():
    agreement = Agreement(10, 0, 0, 10)

    assert (agreement.kappa, agreement.interval().low) == (1.0, 1.0)


@pytest.mark.parametrize("cells", [(0, 0, 0, 0), (10, 0, 0, 0), (0, 0, 0, 10)])
def test_where_nothing_differs_kappa_says_nothing(cells):
    agreement = Agreement(*cells)

    assert agreement.kappa is None
    assert agreement.interval() is None


def test_opposite_judges_are_below_chance():
    assert Agreement(0, 10, 10, 0).kappa == -1.0


def test_the_standard_error_is_the_spread_of_kappa_over_many_samples():
    # 20,000 multinomial samples of n = 5,000 with cells .4, .1, .2, .3 (numpy, seed 1): standard deviation 0.01274.
    interval = Agreement(2000, 500, 1000, 1500).interval()

    assert interval.width / 2 / 1.96 == pytest.approx(0.01274, rel=0.01)
