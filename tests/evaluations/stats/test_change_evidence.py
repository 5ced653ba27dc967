import math

import numpy as np
import pytest

from evaluations.stats.change_evidence import of_means, of_rates


def test_evidence_of_means_equals_the_integral_over_what_is_unknown():
    # 200, 150 and 300 tasks with means 0, 0.1, 0.6. The Bayes factors of the two splits, 0.332132 and 3.832109, come from
    # numerical integration over mean, scale and shift (normal, sd ½); weighted by 1/31 and 30/992, later days 30/32
    counts, means = np.array([200.0, 150.0, 300.0]), np.array([0.0, 0.1, 0.6])

    evenings = of_means(counts, counts * means, 0)

    assert evenings.log_evidence.tolist() == pytest.approx([0.0, 0.0, 0.0621334], abs=1e-6)
    assert evenings.split.tolist() == [0, 1, 2]


@pytest.mark.parametrize(("second_day", "evidence"), [(100.0, 0.0), (99.0, math.log(30 / 31))])
def test_a_split_counts_from_a_hundred_tasks(second_day: float, evidence: float):
    # two days can never tell a shift from scatter (factor 1); without the split only the weight of later days is left
    counts = np.array([100.0, second_day])

    evenings = of_means(counts, counts * np.array([1.0, 2.0]), 1)

    assert evenings.log_evidence.tolist() == pytest.approx([evidence], abs=1e-9)


def test_half_of_the_weight_lies_on_the_first_thirty_days():
    # 31 days of one task: no split counts, so what is left is the weight of the days after the 30th
    counts = np.ones(31)

    evenings = of_means(counts, np.arange(31.0), 30)

    assert evenings.log_evidence.tolist() == pytest.approx([math.log(0.5)])


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.3, 0.5, 0.9])
def test_evidence_of_rates_averages_to_one_at_most_whatever_the_rate(rate: float):
    # every outcome of three days of four tasks, weighted by its probability
    chance = [math.comb(4, k) * rate**k * (1 - rate) ** (4 - k) for k in range(5)]
    counts = np.full(3, 4.0)

    mean = sum(
        chance[a] * chance[b] * chance[c] * math.exp(of_rates(counts, np.array([a, b, c], float), 2)[0][0])
        for a in range(5)
        for b in range(5)
        for c in range(5)
    )

    assert 0.0 < mean <= 1.0


def test_evidence_of_rates_on_the_first_evening():
    # one task, one yes: the Beta(½, ½) chance ½ over the largest likelihood 1
    assert of_rates(np.array([1.0]), np.array([1.0]), 0).log_evidence.tolist() == pytest.approx(
        [math.log(0.5)]
    )
