"""Reading of scorer options: an unknown name is refused with the nearest one, so that a typo never judges."""

from __future__ import annotations

from difflib import get_close_matches

from evaluations.scoring.score import Options, ScorerMisused


def nearest(name: str, known: list[str]) -> str:
    """A closing sentence: the nearest known name, or all of them."""
    close = get_close_matches(name, known, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known: {', '.join(known) or 'none'}."


def only(options: Options, *known: str) -> None:
    for name in options:
        if name not in known:
            raise ScorerMisused(f"Unknown option {name!r}. {nearest(name, list(known))}")


def number(options: Options, name: str) -> float:
    """A number that is not negative, 0 by default."""
    value = options.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise ScorerMisused(f"Option {name!r} must be a number of 0 or more.")
    return float(value)


def acceptable(expected: object) -> tuple[str, ...]:
    """The answers that count as right: one text, or a list of texts of which any will do."""
    several = expected if isinstance(expected, list | tuple) else [expected]
    texts = tuple(text for text in several if isinstance(text, str) and text.strip())
    if not texts or len(texts) != len(several):
        raise ScorerMisused("The expected value must be a text, or a list of texts, none of them empty.")
    return texts
