"""Figures beside their goals: on the screen, in var/bench.json, and as a table in docs/performance.md."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "var" / "bench.json"
PAGE = ROOT / "docs" / "performance.md"
HEAD = """# Performance

Measured by `make bench` on one machine, side by side in one run; say it again with `make bench ARGS="facts --full"`.
Figures are medians. A goal is a promise of this repository; a row without one is there for comparison.
"""


@dataclass(frozen=True)
class Figure:
    """`at_most` tells on which side of the goal is good. Without a goal the figure only informs, and passes."""

    name: str
    measured: float
    unit: str
    goal: float | None = None
    at_most: bool = True

    @property
    def passed(self) -> bool:
        if self.goal is None:
            return True
        return self.measured <= self.goal if self.at_most else self.measured >= self.goal


def write(bench: str, figures: list[Figure]) -> None:
    """Replaces what an earlier run of this bench wrote, and leaves the other benches' figures."""
    FIGURES.parent.mkdir(exist_ok=True)
    others = json.loads(FIGURES.read_text()) if FIGURES.exists() else []
    kept = [row for row in others if not row["name"].startswith(f"{bench}: ")]
    new = [
        {key: value for key, value in asdict(each).items() if key != "at_most"}
        | {"name": f"{bench}: {each.name}", "passed": each.passed}
        for each in figures
    ]
    FIGURES.write_text(json.dumps(kept + new, indent=1) + "\n")
    table = _table(figures)
    print(table)
    page = PAGE.read_text() if PAGE.exists() else HEAD
    section = f"<!-- {bench} -->\n{table}<!-- /{bench} -->\n"
    old = re.compile(rf"<!-- {bench} -->.*<!-- /{bench} -->\n", re.DOTALL)
    PAGE.write_text(old.sub(lambda _: section, page) if old.search(page) else f"{page}\n{section}")


def _table(figures: list[Figure]) -> str:
    lines = ["| measured | value | goal | kept |", "|---|---:|---:|---|"]
    for each in figures:
        side = "≤" if each.at_most else "≥"
        goal = "" if each.goal is None else f"{side} {each.goal:g} {each.unit}"
        kept = "" if each.goal is None else "yes" if each.passed else "**no**"
        lines.append(f"| {each.name} | {each.measured:,.1f} {each.unit} | {goal} | {kept} |")
    return "\n".join(lines) + "\n"
