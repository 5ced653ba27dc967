"""Looks at processes from outside: which are below another, which are alive, what becomes true in time."""

import time
from collections.abc import Callable
from pathlib import Path


def eventually(condition: Callable[[], bool], *, seconds: float = 20.0) -> bool:
    """Whether `condition` came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def alive(pid: int) -> bool:
    """A process that runs; one that is dead and only waits to be collected does not count."""
    return _stat(pid)[0] not in {"", "Z"}


def descendants(pid: int) -> set[int]:
    """Every process below `pid`, to any depth."""
    running = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    parents = {child: _stat(child)[1] for child in running}
    found: set[int] = set()
    level = {pid}
    while level := {child for child, parent in parents.items() if parent in level}:
        found |= level
    return found


def command_line(pid: int) -> str:
    """Empty when there is no such process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _stat(pid: int) -> tuple[str, int]:
    """State letter and parent; an empty letter when there is no such process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "", 0
    return fields[0], int(fields[1])
