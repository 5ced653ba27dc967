"""`python -m tests.bench [NAME …] [--full]`, by the names below: writes var/bench.json and docs/performance.md."""

import argparse
import os

import django

from config.local import throwaway


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "benches", nargs="*", help="which ones: board, facts, ingest, lists, otlp, runs; all, if left out"
    )
    parser.add_argument(
        "--full", action="store_true", help="up to ten million rows: minutes, and 6 GB of disk"
    )
    options = parser.parse_args()
    engines = throwaway.start()
    try:
        os.environ |= engines.environment() | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        django.setup()
        from tests.bench import board, facts, ingest, lists, otlp, report, runs

        benches = {
            "board": board.measure,
            "facts": facts.measure,
            "ingest": ingest.measure,
            "lists": lists.measure,
            "otlp": otlp.measure,
            "runs": runs.measure,
        }
        for name in options.benches or benches:
            report.write(name, benches[name](full=options.full))
    finally:
        engines.stop()


if __name__ == "__main__":
    main()
