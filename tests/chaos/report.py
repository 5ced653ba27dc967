"""The table of faults: var/chaos.json and docs/reliability.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from config.local.state import ROOT

T = TypeVar("T")
JSON = ROOT / "var" / "chaos.json"
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- chaos: begin -->", "<!-- chaos: end -->"


@dataclass(frozen=True)
class Row:
    """What was done, what came of it. `recovered_s` counts from the end of the fault; from its begin where it has none."""

    fault: str
    did: str
    lost: int
    doubled: int
    recovered_s: float
    passed: bool
    note: str = ""


def keep(row: Row, *, page: Path = PAGE) -> None:
    """In the place of what was known of this fault before; what the page says of others stays."""
    known = [Row(**each) for each in json.loads(JSON.read_text())] if JSON.exists() else []
    JSON.parent.mkdir(exist_ok=True)
    JSON.write_text(json.dumps([asdict(each) for each in _placed(known, row, key=_fault)], indent=1) + "\n")
    before, _, rest = page.read_text().partition(BEGIN)
    table, _, after = rest.partition(END)
    head, rows = table.strip().splitlines()[:2], table.strip().splitlines()[2:]
    lines = [*head, *_placed(rows, _line(row), key=lambda line: line.split("|")[1])]
    page.write_text(f"{before}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{after}")


def _placed(known: list[T], new: T, *, key: Callable[[T], str]) -> list[T]:
    """In the place of its like, else at the end."""
    found = [new if key(each) == key(new) else each for each in known]
    return found if new in found else [*found, new]


def _fault(row: Row) -> str:
    return row.fault


def _line(row: Row) -> str:
    held = "held" if row.passed else "FAILED"
    return (
        f"| {row.fault} | {row.did} | {row.lost} | {row.doubled} | {row.recovered_s:.1f} s | "
        f"{held}{'; ' if row.note else ''}{row.note} |"
    )
