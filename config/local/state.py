"""What an instance leaves on disk: where it lies, its secrets, its lock. Files with secrets are for their owner alone."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from config.local.problem import Problem

ROOT = Path(__file__).resolve().parents[2]


def write_private(path: Path, text: str) -> None:
    """Replace `path` whole or not at all, mode 0600."""
    half = path.with_name(f"{path.name}.new")
    half.unlink(missing_ok=True)
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def write_environment(path: Path, values: Mapping[str, str]) -> None:
    """`NAME=value` lines, as read by settings."""
    write_private(path, "".join(f"{name}={value}\n" for name, value in values.items()))


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    write_private(path, json.dumps(content, indent=2) + "\n")


def keep_secrets(path: Path, names: list[str]) -> dict[str, str]:
    """The secrets in `path`, each made the first time it is asked for."""
    kept = _read_secrets(path)
    missing = [name for name in names if name not in kept]
    if missing:
        kept |= {name: secrets.token_urlsafe(24) for name in missing}
        write_json(path, kept)
    return kept


def _read_secrets(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        kept = json.loads(path.read_text())
    except ValueError as error:
        raise Problem(
            f"{path} is damaged and the database's password with it: put the file back, or start afresh with: "
            f"rm -rf {path.parent}"
        ) from error
    return {str(name): str(value) for name, value in kept.items()}


@contextmanager
def only_one(path: Path, *, wait: bool = False) -> Iterator[IO[str]]:
    """Hold the lock file `path`; the kernel frees it however the process ends. The file may carry who holds it.

    Raises BlockingIOError when somebody else holds it and `wait` is not set.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield file


def fresh_logs(directory: Path) -> None:
    """Begin with empty logs; those of the last start stay as `*.log.old`."""
    for log in directory.glob("*.log"):
        if log.name != "packages.log":
            log.replace(log.with_suffix(".log.old"))
