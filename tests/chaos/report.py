"""The table of faults: var/chaos.json and docs/reliability.md."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from config.local.state import ROOT

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
    """In the place of what was known of this fault before."""
    known = [Row(**each) for each in json.loads(JSON.read_text())] if JSON.exists() else []
    rows = [row if each.fault == row.fault else each for each in known]
    rows += [] if row in rows else [row]
    JSON.parent.mkdir(exist_ok=True)
    JSON.write_text(json.dumps([asdict(each) for each in rows], indent=1) + "\n")
    lines = [
        "| fault | what was done | lost | twice | back after | |",
        "|---|---|---|---|---|---|",
        *(
            f"| {each.fault} | {each.did} | {each.lost} | {each.doubled} | {each.recovered_s:.1f} s | "
            f"{'held' if each.passed else 'FAILED'}{'; ' if each.note else ''}{each.note} |"
            for each in rows
        ),
    ]
    before, _, rest = page.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{after}")
