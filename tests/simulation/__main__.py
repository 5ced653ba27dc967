"""Hold the judge to its error budget on simulated pilots; `make simulate`.

Writes var/simulate.json and, in a full run, docs/simulation.md. Exit code 1 when a claim does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from tests.simulation import catalogue, mutation, report, two_workers
from tests.simulation.claims import FULL
from tests.simulation.running import run

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "simulation.md"
ROWS = ROOT / "var" / "simulate.json"


def main(arguments: list[str]) -> int:
    chosen = _parser().parse_args(arguments)
    if chosen.mutations:
        return mutation.main(chosen.only)
    slugs = chosen.only or [scenario.slug for scenario in catalogue.SCENARIOS]
    began = time.monotonic()
    runs = run(slugs, chosen.pilots, workers=chosen.workers)
    agreed = [] if chosen.only else two_workers.compare(chosen.pilots)
    rows = report.lines(runs, agreed)
    text = report.markdown(
        rows,
        pilots=chosen.pilots,
        checked=sum(one.checked for one in runs.values()),
        seconds=time.monotonic() - began,
        workers=chosen.workers,
    )
    print(text)
    if not chosen.only:
        _write(text, rows, full=chosen.pilots >= FULL)
    return 0 if all(row.passed for row in rows) else 1


def _write(text: str, rows: list[report.Line], *, full: bool) -> None:
    ROWS.parent.mkdir(exist_ok=True)
    if full:
        TABLE.write_text(text)
    ROWS.write_text(json.dumps([row.to_json() for row in rows], indent=1, ensure_ascii=False) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--pilots", type=int, default=FULL, help=f"pilots a scenario (default {FULL})")
    parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 8), help="processes")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these, and write nothing")
    parser.add_argument(
        "--mutations", action="store_true", help="break each guard of the judge; a named test must see it"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
