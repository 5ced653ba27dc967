"""People in what is hashed: the bytes hold a stable pseudonym, and who that is stands beside them.

So a person can be erased without a hash that changes: what stands beside the bytes is all that holds her name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Persons = Mapping[str, str]
"""By pseudonym, the name it stands for."""


def hidden(value: Any, persons: Persons) -> Any:
    """JSON with the pseudonym wherever a name stands as a word of its own. `named` gives it back as it was."""
    pseudonyms = {name: pseudonym for pseudonym, name in persons.items() if name}
    longest_first = sorted(pseudonyms, key=len, reverse=True)
    if not longest_first:
        return value
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return _texts(value, lambda text: pattern.sub(lambda found: pseudonyms[found[0]], text))


def named(value: Any, persons: Persons) -> Any:
    """What was hidden, with the names that are known today."""
    if not persons:
        return value
    pattern = re.compile("|".join(map(re.escape, sorted(persons, key=len, reverse=True))))
    return _texts(value, lambda text: pattern.sub(lambda found: persons[found[0]], text))


def _texts(value: Any, change: Callable[[str], str]) -> Any:
    """Keys stay: they are names of fields."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _texts(item, change) for key, item in value.items()}
    return [_texts(item, change) for item in value] if isinstance(value, list) else value
