"""A histogram whose bins are known beforehand: counts of two of them add up, whatever each was counted from.

Bins are as wide as the value is large: 50 of width 0.02 from 1 to 2, 75 of 0.04 to 5, 50 of 0.1 to 10, the same in every
decade, mirrored below zero. So the middle of a bin is at most 1 % off any value in it. Their edges are short decimals,
compared exactly: no logarithm rounds a value into a neighbour. (HdrHistogram's log-linear bins, in decimal.)

A bin's number is 0 for zero, positive and ascending for positive values, and its negative for theirs. Values below
10^-10 count as zero.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal

SCALE = 10
"""Digits after the point that a value is kept with."""

A_DECADE = 175


def bin_of(value: Decimal) -> int:
    """The number of the bin that holds the value."""
    return bin_of_scaled(int(value.scaleb(SCALE)))


def bin_of_scaled(scaled: int) -> int:
    """`bin_of` a value times 10^SCALE, cut to a whole number."""
    size = abs(scaled)
    if size == 0:
        return 0
    decade = len(str(size)) - 1
    unit: int = 10**decade
    lead = size * 100 // unit  # 100 to 999
    if lead < 200:
        place = (lead - 100) // 2
    elif lead < 500:
        place = 50 + (lead - 200) // 4
    else:
        place = 125 + (lead - 500) // 10
    number: int = 1 + decade * A_DECADE + place
    return number if scaled > 0 else -number


def counted(ascending: Sequence[int]) -> dict[int, int]:
    """How many values times 10^SCALE each bin holds; looks at one value of a bin, however many lie in it."""
    counts: dict[int, int] = {}
    at = 0
    while at < len(ascending):
        number = bin_of_scaled(ascending[at])
        if number > 0:
            end = bisect_left(ascending, _least_size(number, next_one=True), at)
        else:
            end = bisect_right(ascending, -_least_size(-number) if number else 0, at)
        counts[number] = end - at
        at = end
    return counts


def _least_size(number: int, *, next_one: bool = False) -> int:
    """The least whole number in a positive bin, or beyond it."""
    decade, low, width = _place(number)
    unit: int = 10**decade
    return -(-(low + width * next_one) * unit // 100)


def _place(number: int) -> tuple[int, int, int]:
    """Of a positive bin: its decade, and where it begins and how wide it is, in hundredths of the decade's first value."""
    decade, place = divmod(number - 1, A_DECADE)
    if place < 50:
        return decade, 100 + place * 2, 2
    if place < 125:
        return decade, 200 + (place - 50) * 4, 4
    return decade, 500 + (place - 125) * 10, 10


def edges(number: int) -> tuple[Decimal, Decimal]:
    """The least and the greatest value of a bin, the one nearer to zero belonging to it, the other to its neighbour."""
    if number == 0:
        return Decimal(0), Decimal(0)
    decade, low, width = _place(abs(number))
    near, far = (Decimal(each).scaleb(decade - SCALE - 2) for each in (low, low + width))
    return (near, far) if number > 0 else (-far, -near)


def midpoint(number: int) -> Decimal:
    """Within 1 % of every value of the bin."""
    low, high = edges(number)
    return (low + high) / 2


def value_at(counts: Mapping[int, int], rank: int) -> Decimal:
    """Within 1 % of the value of the `rank`-th smallest (from 1) of all that were counted. Raises ValueError beyond them."""
    return midpoint(bin_at(counts, rank))


def bin_at(counts: Mapping[int, int], rank: int) -> int:
    """The bin that holds the `rank`-th smallest (from 1) of all that were counted. Raises ValueError beyond them."""
    if rank < 1:
        raise ValueError("Ranks begin with 1.")
    passed = 0
    for number in sorted(counts):
        passed += counts[number]
        if passed >= rank:
            return number
    raise ValueError(f"Only {passed} values were counted, there is no rank {rank}.")
