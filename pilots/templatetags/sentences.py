from django import template

register = template.Library()

NO_BREAK = "\N{NO-BREAK SPACE}"


@register.filter
def unbroken(sentence: str) -> str:
    """A sentence whose figures stay on one line with what they belong to: 80 %, n = 212."""
    return sentence.replace(" %", f"{NO_BREAK}%").replace("n = ", f"n{NO_BREAK}={NO_BREAK}")
