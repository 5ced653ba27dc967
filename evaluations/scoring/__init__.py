"""Scorers: one a file, each `score(expected, answer_text, options) -> Score`. Pure, without Django."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from evaluations.scoring import (
    checks,
    contains,
    contract,
    exact,
    f1,
    grade,
    includes,
    json_schema,
    label_in_set,
    model_judge,
    normalised,
    numeric,
    plugins,
    regex,
    similarity,
)
from evaluations.scoring.options import nearest
from evaluations.scoring.plugins import Plugin
from evaluations.scoring.score import Scorer, ScorerMisused

OURS: dict[str, Any] = {
    "checks": checks,
    "contains": contains,
    "contract": contract,
    "exact": exact,
    "f1": f1,
    "includes": includes,
    "json_schema": json_schema,
    "label_in_set": label_in_set,
    "model_judge": model_judge,
    "normalised": normalised,
    "numeric": numeric,
    "regex": regex,
    "similarity": similarity,
}
"""Modules with `score` and `VERSION`, which is raised whenever answers are judged differently from then on."""

SCORERS: dict[str, Scorer] = {name: module.score for name, module in OURS.items()}


def plugged_in() -> list[Plugin]:
    """Scorers of other packages, also those that cannot be used, with the reason."""
    return [plugin for plugin, _ in plugins.found(frozenset(SCORERS)).values()]


def scorer(name: str) -> Scorer:
    """The scorer of that name; raises ScorerMisused with the nearest name for an unknown one.

    `name@version` is a plug-in of exactly this version.
    """
    if name in SCORERS:
        return SCORERS[name]
    plain, _, version = name.partition("@")
    plugin, found = plugins.found(frozenset(SCORERS)).get(plain, (None, None))
    if plugin is None:
        raise ScorerMisused(f"Unknown scorer {name!r}. {nearest(name, names())}")
    if found is None:
        raise ScorerMisused(f"The scorer {plugin} cannot be used. {plugin.fault}")
    if version and version != plugin.version:
        raise ScorerMisused(
            f"Version {version} of the scorer {plain} was planned, but {plugin} is installed."
        )
    return found


def names() -> list[str]:
    """What a suite may choose from."""
    return sorted([*SCORERS, *(plugin.name for plugin in plugged_in() if not plugin.fault)])


def versioned(name: str) -> str:
    """The name as a plan freezes it: a plug-in's with its version."""
    if name in SCORERS:
        return name
    return next((f"{one.name}@{one.version}" for one in plugged_in() if one.name == name), name)


def versions(used: Iterable[str]) -> dict[str, str]:
    """The version of each of these scorers, plug-ins included, and of what is common to all: which outcomes count."""
    found = {plugin.name: plugin.version for plugin in plugged_in()}
    found |= {name: str(module.VERSION) for name, module in OURS.items()}
    return {"outcomes": str(grade.VERSION)} | {name: found.get(name, "?") for name in sorted(set(used))}


SCORERS["checks"] = partial(checks.score, scorer)
