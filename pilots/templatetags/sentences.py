import math
import re
from decimal import Decimal

from django import template

from evaluations.models import AIModel
from evaluations.queries import openness
from pilots.judging.sentences import number
from pilots.reading.clauses import sentences

register = template.Library()

NO_BREAK = "\N{NO-BREAK SPACE}"
UNIT = re.compile(r"(?<=\d) (?=%|(?:min|s|ms|h|d|EUR|USD|GBP|CHF)\b)")
"""The space between a figure and a short unit."""


@register.filter
def unbroken(sentence: str) -> str:
    """A sentence whose figures stay on one line with what they belong to: 80 %, 18.1 s, n = 212."""
    return UNIT.sub(NO_BREAK, sentence).replace("n = ", f"n{NO_BREAK}={NO_BREAK}")


@register.filter
def whole(clause: str) -> str:
    """A clause, or what somebody wrote, as a sentence: a capital letter and one full stop."""
    return sentences([clause])[0]


@register.filter
def how_open(model: AIModel) -> str:
    """Weights, licence and training data in one line, never a bare "open"."""
    return openness.line(model)


@register.filter
def plain(value: Decimal) -> str:
    """Without the zeros that a column of the database adds: 3.2 for 3.2000000000."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def figure(value: float | None) -> str:
    """Three significant figures; a dash for what is not known, a word for an end that is open."""
    if value is None:
        return "–"
    return "open" if math.isinf(value) else number(value)


@register.filter
def as_percent(share: float) -> str:
    """With its sign, whole: 0.2 is +20 %."""
    percent = round(100 * share)
    sign = "+" if percent > 0 else "\N{MINUS SIGN}" if percent < 0 else ""
    return f"{sign}{abs(percent)}{NO_BREAK}%"
