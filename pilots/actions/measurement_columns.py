"""Columns of rows that have the same fields: many values read at once.

Where one of them is no plain value, each raises Unusual or one of ODD: then nothing is said of the others.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import NoneType
from typing import Any

from pilots.actions.measurement_fields import LARGEST_EXPONENT, Faulty, context, storable
from pilots.actions.measurement_row import FEW_DIGITS, ONE, SCALE

TOO_LARGE = 10**LARGEST_EXPONENT
NUMBERS = frozenset({int, float, Decimal, str})


class Unusual(Exception):
    """A value that needs a closer look."""


ODD = (Unusual, Faulty, TypeError, ValueError, ArithmeticError)


def scaled(column: Sequence[Any]) -> list[int]:
    """Numbers times 10^10, rounded half to even. NaN and infinity are odd, as is what no database column holds."""
    kinds = set(map(type, column))
    if not kinds <= NUMBERS:
        raise Unusual
    if kinds == {int}:
        return _within([each * ONE for each in column])
    if kinds == {float}:
        near = [round(each * ONE) for each in column]
        if max(near) < FEW_DIGITS and min(near) > -FEW_DIGITS and [each / ONE for each in near] == [*column]:
            return near
    if str in kinds and not all(str(each).isascii() for each in column):
        raise Unusual
    exact = [each if type(each) is Decimal else Decimal(str(each)) for each in column]
    if not (min(exact) > -TOO_LARGE and max(exact) < TOO_LARGE):
        raise Unusual
    shifted = [each.scaleb(SCALE) for each in exact]
    whole = list(map(int, shifted))
    if whole != shifted:  # more digits than are kept, as 2.28 has them when a program reckoned it
        whole = [
            cut if cut == full else int(round(each, SCALE).scaleb(SCALE))
            for cut, full, each in zip(whole, shifted, exact, strict=True)
        ]
    return _within(whole)


def _within(whole: list[int]) -> list[int]:
    if min(whole) > -TOO_LARGE * ONE and max(whole) < TOO_LARGE * ONE:
        return whole
    raise Unusual


def scaled_or_none(column: Sequence[Any]) -> list[int | None]:
    """As `scaled`, None where there is no number."""
    given = [each for each in column if each is not None]
    found = iter(scaled(given) if given else ())
    return [None if each is None else next(found) for each in column]


def instants(column: Sequence[Any], *, now: datetime) -> list[datetime]:
    """In UTC; `now` where there is none."""
    kinds = set(map(type, column))
    if kinds == {str}:
        found = list(map(datetime.fromisoformat, column))
    elif kinds == {datetime}:
        found = list(column)
    else:
        found = [now if each is None else _instant(each) for each in column]
    zones = {each.tzinfo for each in found}
    if zones == {UTC}:
        return found
    if None in zones:
        raise Unusual
    return [each.astimezone(UTC) for each in found]


def _instant(given: Any) -> datetime:
    return given if type(given) is datetime else datetime.fromisoformat(given)


def texts(column: Sequence[Any], *, longest: int) -> Sequence[str]:
    """Empty where there is none."""
    kinds = set(map(type, column))
    if NoneType in kinds:
        column = ["" if each is None else each for each in column]
    if not kinds <= {str, NoneType} or max(map(len, column)) > longest or not storable("".join(column)):
        raise Unusual
    return column


def counts(column: Sequence[Any], *, most: int) -> Sequence[int]:
    if set(map(type, column)) != {int} or min(column) < 1 or max(column) > most:
        raise Unusual
    return column


def contexts(column: Sequence[Any]) -> list[str]:
    return [context(each) for each in column]
