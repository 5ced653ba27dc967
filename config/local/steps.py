"""The progress of a start, one line a step: `2/9 PostgreSQL 18 ... ready in 1.2 s`."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

TOTAL = 9
FIRST = 2  # the packages are step 1, told by bootstrap.py


class Steps:
    """Counts and times; to be used as `with steps.step("PostgreSQL 18"): …`."""

    def __init__(self) -> None:
        self._number = FIRST - 1

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Announce, let the block work, tell the seconds. An error ends the line and goes on its way."""
        self._begin(name)
        started = time.monotonic()
        try:
            yield
        except BaseException:
            say("")
            raise
        say(f"ready in {time.monotonic() - started:.1f} s")

    def left_out(self, name: str, why: str) -> None:
        self._begin(name)
        say(why)

    def _begin(self, name: str) -> None:
        self._number += 1
        say(f"{self._number}/{TOTAL} {name} ... ", end="")


def say(text: str, end: str = "\n") -> None:
    """Print at once, also when the output is a file or a pipe."""
    sys.stdout.write(text + end)
    sys.stdout.flush()
