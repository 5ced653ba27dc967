"""Ready pilots to start from: the data files in `pilots/fixtures/templates`, each laid over the metric kit they share."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "fixtures" / "templates"
KIT = "kit"
Values = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """`charter` are fields of a pilot, `metrics` rows with a goal and a stop trigger inside, `parts` rows of registers by
    the name that a pilot has for them. What a team must say itself is left out."""

    key: str
    name: str
    summary: str
    charter: Values
    metrics: tuple[Values, ...]
    parts: Mapping[str, tuple[Values, ...]]
    suite: Values


@cache
def templates() -> Mapping[str, Template]:
    """By key, in the order of their names. Each is shared by all: nobody changes one."""
    kit = _read(FOLDER / f"{KIT}.toml")
    trade_offs = tuple(kit.pop("trade_offs"))
    files = sorted(path for path in FOLDER.glob("*.toml") if path.stem != KIT)
    return {path.stem: _template(path, kit, trade_offs) for path in files}


def _template(path: Path, kit: Mapping[str, Values], trade_offs: tuple[Values, ...]) -> Template:
    data = _read(path)
    own = data.get(KIT, {})
    shared = [{"key": key, **deepcopy(values), **own.get(key, {})} for key, values in kit.items()]
    return Template(
        key=path.stem,
        name=data["name"],
        summary=data["summary"],
        charter=data["charter"],
        metrics=(*shared, *data.get("metrics", ())),
        parts={
            "plan_steps": tuple(_in_order(data["plan_steps"])),
            "operating_rules": tuple(data["operating_rules"]),
            "risks": tuple(data["risks"]),
            "trade_offs": trade_offs,
        },
        suite=data["suite"],
    )


def _in_order(steps: list[Values]) -> Iterator[Values]:
    """Each plan counts its own steps."""
    counted: Counter[str] = Counter()
    for step in steps:
        counted[step["plan"]] += 1
        yield {**step, "position": counted[step["plan"]]}


def _read(path: Path) -> Values:
    return tomllib.loads(path.read_text(encoding="utf-8"))
