"""Two processes judge the same pilots, each with its rows in an order of its own: one record, byte for byte.

`python -m tests.simulation.two_workers 3` prints the SHA-256 of the records of the first three pilots.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.simulation.scenarios import rows
from tests.simulation.streams import generator

SLUG = "two workers"


def fingerprints(pilots: int) -> list[str]:
    """Of this process. The order of rows follows the seed of Python's hashes, so that two processes differ."""
    seed = hash("order of rows") % 2**32
    return [rows.fingerprint(generator(SLUG, number), order=seed) for number in range(pilots)]


def compare(pilots: int) -> list[bool]:
    """Whether two processes, started together, agree on each record. Raises CalledProcessError when one fails."""
    command = [sys.executable, "-m", "tests.simulation.two_workers", str(pilots)]
    started = [
        subprocess.Popen(
            command, env=os.environ | {"PYTHONHASHSEED": str(seed)}, stdout=subprocess.PIPE, text=True
        )
        for seed in (1, 2)
    ]
    printed = [process.communicate()[0].split() for process in started]
    for process in started:
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
    return [one == other for one, other in zip(*printed, strict=True)]


if __name__ == "__main__":
    print("\n".join(fingerprints(int(sys.argv[1]))))
