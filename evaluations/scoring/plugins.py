"""Scorers that other packages bring, by the entry-point group `pilotage.scorers`.

Each is a function `(expected, answer_text, options) -> Score`. One that raises, or returns something else, is a fault
of ours: its message is kept, and the model loses no point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from evaluations.scoring.score import Options, Score, Scorer, ScorerMisused

GROUP = "pilotage.scorers"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A scorer from elsewhere: its name here, the package and version it comes from, and why it cannot be used."""

    name: str
    package: str
    version: str
    fault: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.package} {self.version})"


class ScorerFailed(ScorerMisused):
    """A plug-in broke off. The message names it, its version and what it said."""


@cache
def found(taken: frozenset[str]) -> dict[str, tuple[Plugin, Scorer | None]]:
    """All plug-ins by name; a name among `taken`, or one used twice, cannot be used, and says so."""
    plugins: dict[str, tuple[Plugin, Scorer | None]] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda one: (one.name, one.value)):
        plugin, scorer = _loaded(entry)
        if entry.name in taken:
            plugin, scorer = _faulty(plugin, "A scorer of ours has this name."), None
        elif entry.name in plugins:
            first = plugins[entry.name][0]
            plugin, scorer = _faulty(first, f"{plugin.package} brings one of this name, too."), None
        plugins[entry.name] = (plugin, scorer)
    return plugins


def _loaded(entry: EntryPoint) -> tuple[Plugin, Scorer | None]:
    package, version = (entry.dist.name, entry.dist.version) if entry.dist else ("?", "?")
    plugin = Plugin(entry.name, package, version)
    try:
        scorer = entry.load()
    except Exception as error:
        return _faulty(plugin, f"It cannot be loaded: {type(error).__name__}: {error}"), None
    if not callable(scorer):
        return _faulty(plugin, "It is no function."), None
    return plugin, contained(plugin, scorer)


def _faulty(plugin: Plugin, fault: str) -> Plugin:
    return Plugin(plugin.name, plugin.package, plugin.version, fault)


def contained(plugin: Plugin, scorer: Scorer) -> Scorer:
    """The same scorer, whose every fault is a ScorerFailed."""

    def score(expected: object, answer_text: str, options: Options) -> Score:
        try:
            given = scorer(expected, answer_text, options)
        except ScorerMisused:
            raise
        except Exception as error:
            raise ScorerFailed(f"The scorer {plugin} raised {type(error).__name__}: {error}") from error
        if not isinstance(given, Score) or not _plausible(given):
            raise ScorerFailed(f"The scorer {plugin} returned no Score with a value from 0 to 1.")
        return given

    return score


def _plausible(score: Score) -> bool:
    value = score.value
    number = isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= 1
    return number and isinstance(score.passed, bool) and isinstance(score.detail, str)
