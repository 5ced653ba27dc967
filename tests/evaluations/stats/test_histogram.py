"""Bins that are the same everywhere: their counts add up, and their middles are within 1 % of the values."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.stats import histogram

values = st.decimals("-999999999999999999", "999999999999999999", places=10)


@given(value=values)
def test_the_middle_of_a_bin_is_within_one_percent_of_its_values(value: Decimal) -> None:
    middle = histogram.midpoint(histogram.bin_of(value))

    assert abs(middle - value) <= abs(value) / 100


@given(value=values)
def test_a_value_lies_between_the_edges_of_its_bin(value: Decimal) -> None:
    low, high = histogram.edges(histogram.bin_of(value))

    assert low <= value <= high


@given(one=values, other=values)
def test_bins_ascend_with_their_values(one: Decimal, other: Decimal) -> None:
    smaller, larger = sorted([one, other])

    assert histogram.bin_of(smaller) <= histogram.bin_of(larger)


whole = st.integers(-(10**28), 10**28) | st.integers(-1100, 1100)


@given(some=st.lists(whole))
def test_values_in_order_are_counted_as_one_by_one(some: list[int]) -> None:
    ascending = sorted(some)

    assert histogram.counted(ascending) == Counter(map(histogram.bin_of_scaled, ascending))


@pytest.mark.parametrize(
    ("value", "edges"),
    [
        ("0", ("0", "0")),
        ("1", ("1", "1.02")),
        ("1.0199999999", ("1", "1.02")),
        ("1.02", ("1.02", "1.04")),
        ("2", ("2", "2.04")),
        ("4.99", ("4.96", "5")),
        ("5", ("5", "5.1")),
        ("9.99", ("9.9", "10")),
        ("1234", ("1220", "1240")),
        ("-0.031", ("-0.0312", "-0.0308")),
        ("0.0000000001", ("0.0000000001", "0.000000000102")),
    ],
)
def test_edges_are_short_decimals(value: str, edges: tuple[str, str]) -> None:
    found = histogram.edges(histogram.bin_of(Decimal(value)))

    assert found == (Decimal(edges[0]), Decimal(edges[1]))


def test_the_value_at_a_rank_is_read_from_the_counts_alone() -> None:
    counts = {histogram.bin_of(Decimal(value)): 1 for value in ("-3", "1.5", "7")}

    found = [histogram.value_at(counts, rank) for rank in (1, 2, 3)]

    assert found == [Decimal("-3.02"), Decimal("1.51"), Decimal("7.05")]
    with pytest.raises(ValueError):
        histogram.value_at(counts, 4)
