"""`python -m tests.chaos [--only postgres_killed …] [--full]`: faults on an instance of its own, durable as in production.

What was seen goes into var/chaos.json and the table of docs/reliability.md. Exit code 1 when a fault was not borne.
As root: one fault mounts a small disk, one makes machines out of network namespaces.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.chaos import report, storage, work
from tests.own_instance import OwnInstance
from tests.pilots.crash.test_kill_9 import COUNT, PREPARE

FAULTS = {
    fault.__name__: fault
    for fault in (
        storage.postgres_killed,
        storage.postgres_cut_off,
        storage.redis_flushed,
        storage.redis_killed,
        storage.spool_full,
        storage.clock_skew,
        work.slow_provider,
        work.two_beats,
        work.worker_frozen,
        work.host_cut_off,
    )
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=FAULTS, default=list(FAULTS))
    parser.add_argument("--full", action="store_true", help="outages of a minute instead of 20 seconds")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="pilotage-chaos-") as place:
        Path(place).chmod(0o755)  # PostgreSQL runs as nobody
        instance = OwnInstance(Path(place) / "instance")
        try:
            instance.start()
            instance.env["EVALUATIONS_ALLOWED_HOSTS"] = "127.0.0.1"
            token = instance.python(f"{PREPARE}print(json.dumps(token))")
            for part in ("web", "worker", "beat"):
                instance.begin(part)
            for name in options.only:
                _supervise(instance)
                row = FAULTS[name](instance, token, seconds=60.0 if options.full else 20.0)
                print(f"{row.fault}: lost {row.lost}, twice {row.doubled}, back after {row.recovered_s:.1f} s, "
                      f"{'held' if row.passed else 'FAILED'} {row.note}", flush=True)  # fmt: skip
                rows.append(row)
                report.keep(row)
            _, answers, counted, differences = instance.python(COUNT)
            print(
                f"{counted} rows; the running statistics {'hold' if answers and not differences else differences}"
            )
        finally:
            instance.stop()
    sys.exit(not all(row.passed for row in rows) or bool(differences))


def _supervise(instance: OwnInstance) -> None:
    """As `make run` and Compose do: what has ended is started again. A worker that loses its broker may end itself, when
    kombu fails at closing what is closed already."""
    for part, child in list(instance.processes.items()):
        if child.gone:
            print(f"the {part} had ended and is started again", flush=True)
            instance.begin(part)


if __name__ == "__main__":
    main()
