"""YAML read safely: no tags that make objects, and no aliases that unfold without end."""

from __future__ import annotations

from typing import IO, Any

import yaml

from evaluations.formats.draft import BadRow
from evaluations.formats.lines import decoded

LARGEST = 10 * 1024 * 1024  # bytes
MOST_NODES = 2_000_000  # with every alias unfolded
DEEPEST = 50

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(stream: IO[bytes]) -> object:
    """The one document of a YAML file; raises BadRow."""
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadRow(f"The file is larger than {LARGEST >> 20} MB. Import it as CSV or JSON lines.")
    text = decoded(data)
    try:
        _refuse_bombs(text)
        return yaml.load(text, Loader)  # noqa: S506 - a safe loader, in C
    except yaml.YAMLError as error:
        raise BadRow(f"This is no YAML that can be read: {_words(error)}") from error
    except (RecursionError, ValueError) as error:
        raise BadRow(f"This YAML cannot be read: {error}.") from error


def _refuse_bombs(text: str) -> None:
    """Counts what the document holds once every alias is unfolded, without unfolding any."""
    sizes: dict[str | None, int] = {}
    total = 0
    open_: list[tuple[str | None, int]] = []
    for event in yaml.parse(text, Loader):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor in {anchor for anchor, _ in open_}:
                raise BadRow(f"The alias *{event.anchor} stands inside itself. Write its value out.")
            total += sizes.get(event.anchor, 0)
        elif isinstance(event, yaml.NodeEvent):
            total += 1
            if isinstance(event, yaml.CollectionStartEvent):
                open_.append((event.anchor, total - 1))
            elif event.anchor is not None:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_.pop()
            if anchor is not None:
                sizes[anchor] = total - before
        if total > MOST_NODES:
            raise BadRow(
                f"With its aliases unfolded this file holds more than {MOST_NODES:,} values. Write them out."
            )
        if len(open_) > DEEPEST:
            raise BadRow(f"This file is nested more than {DEEPEST} deep. A test needs only a few levels.")


def _words(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"{problem} in line {mark.line + 1}." if mark else f"{problem}."
