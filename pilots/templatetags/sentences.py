from django import template

from evaluations.models import AIModel
from evaluations.queries import openness

register = template.Library()

NO_BREAK = "\N{NO-BREAK SPACE}"


@register.filter
def unbroken(sentence: str) -> str:
    """A sentence whose figures stay on one line with what they belong to: 80 %, n = 212."""
    return sentence.replace(" %", f"{NO_BREAK}%").replace("n = ", f"n{NO_BREAK}={NO_BREAK}")


@register.filter
def how_open(model: AIModel) -> str:
    """Weights, licence and training data in one line, never a bare "open"."""
    return openness.line(model)
