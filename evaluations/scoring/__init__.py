"""Scorers: one a file, each `score(expected, answer_text, options) -> Score`. Pure, without Django."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial
from importlib import import_module
from typing import Any

from evaluations.scoring import checks, grade, plugins
from evaluations.scoring.options import nearest
from evaluations.scoring.plugins import Plugin
from evaluations.scoring.score import Scorer, ScorerMisused

OURS = frozenset(
    {
        *("checks", "contains", "contract", "exact", "f1", "includes", "json_schema", "label_in_set"),
        *("model_judge", "normalised", "numeric", "regex", "similarity"),
    }
)


@cache
def ours(name: str) -> Any:
    """The module of that name, with `score` and `VERSION`, which is raised whenever answers are judged differently from
    then on. Loaded when a suite first uses it: some bring libraries, 8 MiB that most processes never need."""
    return import_module(f"{__name__}.{name}")


def plugged_in() -> list[Plugin]:
    """Scorers of other packages, also those that cannot be used, with the reason."""
    return [plugin for plugin, _ in plugins.found(OURS).values()]


def scorer(name: str) -> Scorer:
    """The scorer of that name; raises ScorerMisused with the nearest name for an unknown one.

    `name@version` is a plug-in of exactly this version.
    """
    if name == "checks":
        return partial(checks.score, scorer)
    if name in OURS:
        found: Scorer = ours(name).score
        return found
    plain, _, version = name.partition("@")
    plugin, brought = plugins.found(OURS).get(plain, (None, None))
    if plugin is None:
        raise ScorerMisused(f"Unknown scorer {name!r}. {nearest(name, names())}")
    if brought is None:
        raise ScorerMisused(f"The scorer {plugin} cannot be used. {plugin.fault}")
    if version and version != plugin.version:
        raise ScorerMisused(
            f"Version {version} of the scorer {plain} was planned, but {plugin} is installed."
        )
    return brought


def names() -> list[str]:
    """What a suite may choose from."""
    return sorted([*OURS, *(plugin.name for plugin in plugged_in() if not plugin.fault)])


def versioned(name: str) -> str:
    """The name as a plan freezes it: a plug-in's with its version."""
    if name in OURS:
        return name
    return next((f"{one.name}@{one.version}" for one in plugged_in() if one.name == name), name)


def versions(used: Iterable[str]) -> dict[str, str]:
    """The version of each of these scorers, plug-ins included, and of what is common to all: which outcomes count."""
    brought = {plugin.name: plugin.version for plugin in plugged_in()}
    return {"outcomes": str(grade.VERSION)} | {
        name: str(ours(name).VERSION) if name in OURS else brought.get(name, "?")
        for name in sorted(set(used))
    }
