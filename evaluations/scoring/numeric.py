"""One number, within a tolerance."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from evaluations.scoring.options import number, only
from evaluations.scoring.score import Options, Score, ScorerMisused, right, wrong

VERSION = 1

# Thousands as 1,234,567 or with an apostrophe or a no-break space, a decimal point, an exponent. A decimal comma
# (3,5) is no number here: read as thousands, or cut at the comma, it would be silently another one.
NUMBER = re.compile(
    r"(?<![\w.,])[-+\u2212]?(?:\d{1,3}(?:[,'\u2019\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,3})?"
    r"(?![.,]?\d)"
)


def score(expected: object, answer_text: str, options: Options) -> Score:
    """Options: `absolute` and `relative` tolerance (0 by default); the wider one counts.

    The answer may hold words and a unit, but only one number: two different ones are wrong.
    """
    only(options, "absolute", "relative")
    wanted = _expected(expected)
    absolute, relative = Decimal(str(number(options, "absolute"))), Decimal(str(number(options, "relative")))
    tolerance = max(absolute, relative * abs(wanted))
    found = sorted({_decimal(match) for match in NUMBER.findall(answer_text)})
    if len(found) != 1:
        return wrong(f"{len(found) or 'No'} numbers; expected {wanted}.")
    if abs(found[0] - wanted) <= tolerance:
        return right()
    return wrong(f"{found[0]} instead of {wanted}, tolerance {tolerance.normalize():f}.")


def _expected(expected: object) -> Decimal:
    try:
        wanted = Decimal(str(expected).strip())
    except InvalidOperation:
        wanted = Decimal("NaN")
    if isinstance(expected, bool) or not wanted.is_finite():
        raise ScorerMisused("The expected value must be a number, written with a decimal point.")
    return wanted


def _decimal(text: str) -> Decimal:
    plain = re.sub("[,'\u2019\u00a0\u202f]", "", text)
    return Decimal(plain.replace("\u2212", "-"))
