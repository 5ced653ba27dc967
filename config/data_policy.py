"""What the organisation asks of texts, by data class of the pilot; `none` for what has no class.

A word that is not known stops the start: a policy that is misread would protect nothing.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

CLASSES = ("public", "internal", "confidential", "restricted", "none")
WAYS = ("as_is", "redacted", "hash")


def stored(env: Any) -> dict[str, str]:
    """How texts are stored. Raises ImproperlyConfigured."""
    given = _by_class(env, "TEXTS_STORED", {"restricted": "redacted"})
    if wrong := sorted(set(given.values()) - set(WAYS)):
        raise ImproperlyConfigured(f"TEXTS_STORED: {wrong[0]} is none of {', '.join(WAYS)}.")
    return given


def kept_days(env: Any) -> dict[str, int]:
    """For how many days texts are kept; 0 for good. Raises ImproperlyConfigured."""
    given = _by_class(env, "TEXTS_KEPT_DAYS", {})
    if wrong := sorted(days for days in given.values() if not days.isdecimal()):
        raise ImproperlyConfigured(f"TEXTS_KEPT_DAYS: {wrong[0]} is no number of days; 0 keeps for good.")
    return {name: int(days) for name, days in given.items()}


def _by_class(env: Any, name: str, default: dict[str, str]) -> dict[str, str]:
    given: dict[str, str] = env.dict(name, default=default)
    if unknown := sorted(set(given) - set(CLASSES)):
        raise ImproperlyConfigured(f"{name}: {unknown[0]} is none of {', '.join(CLASSES)}.")
    return given
