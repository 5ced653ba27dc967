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


def number(options: Options, name: str, default: float = 0) -> float:
    """A number that is not negative."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise ScorerMisused(f"Option {name!r} must be a number of 0 or more.")
    return float(value)


def share(options: Options, name: str, default: float) -> float:
    """A number above 0, at most 1."""
    value = number(options, name, default)
    if not 0 < value <= 1:
        raise ScorerMisused(f"Option {name!r} must be above 0 and at most 1.")
    return value


def switch(options: Options, name: str) -> bool:
    """Yes or no, no by default."""
    value = options.get(name, False)
    if not isinstance(value, bool):
        raise ScorerMisused(f"Option {name!r} must be true or false.")
    return value


def texts(options: Options, name: str) -> tuple[str, ...]:
    """A list of texts, empty by default."""
    value = options.get(name, ())
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one for one in value):
        raise ScorerMisused(f"Option {name!r} must be a list of texts.")
    return tuple(value)


def acceptable(expected: object) -> tuple[str, ...]:
    """The answers that count as right: one text, or a list of texts of which any will do."""
    several = expected if isinstance(expected, list | tuple) else [expected]
    texts = tuple(text for text in several if isinstance(text, str) and text.strip())
    if not texts or len(texts) != len(several):
        raise ScorerMisused("The expected value must be a text, or a list of texts, none of them empty.")
    return texts
