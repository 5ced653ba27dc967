"""Rows on disk until the server has answered for them: one file a post, written whole or not at all, oldest first.

A file is removed only after the server's answer. Whoever is killed in between sends again, and the external_id of each
row makes that harmless.
"""

import json
import os
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import ClientError
from .rows import Row, encode

try:
    import fcntl
except ImportError:  # Windows: two processes may send the same row, which counts once all the same
    fcntl = None  # type: ignore[assignment]

LARGEST_PARCEL = 750_000  # bytes: below the megabyte that proxies take
MOST_ROWS = 5_000
LARGEST_SPOOL = 256 * 1024 * 1024
ENDING = ".json"


class Full(ClientError):
    """The disk, or the spool's own limit."""


class Busy(ClientError):
    """Another process is sending."""


@dataclass(frozen=True)
class Parcel:
    path: Path
    url: str
    pilot: str
    rows: list[Row]


class Spool:
    def __init__(self, directory: Path, *, largest: int = LARGEST_SPOOL) -> None:
        self.directory = directory
        self.rejected = directory / "rejected.ndjson"
        self._waiting = directory / "waiting"
        self._largest = largest

    def put(self, url: str, pilot: str, rows: list[Row]) -> None:
        """They survive a crash of this machine from now on. Raises Full; then some of them may be in."""
        for part in _parts(rows):
            self._put(encode({"url": url, "pilot": pilot, "rows": part}))

    def parcels(self) -> Iterator[Parcel]:
        """Oldest first. What is no parcel of ours is set aside, so that it holds nothing up."""
        for path in self._paths():
            try:
                kept = json.loads(path.read_bytes())
                yield Parcel(path, kept["url"], kept["pilot"], kept["rows"])
            except FileNotFoundError:
                continue  # sent by another process
            except (ValueError, KeyError, TypeError):
                path.rename(path.with_suffix(".unreadable"))

    def remove(self, parcels: list[Parcel]) -> None:
        for parcel in parcels:
            parcel.path.unlink(missing_ok=True)

    def reject(self, pilot: str, rows: Mapping[str, list[str]], sent: list[Row], *, at: str) -> None:
        """Appends the rows, by external_id, with the reasons; on disk when this returns."""
        lines = [
            encode({"at": at, "pilot": pilot, "reasons": rows[row["external_id"]], "row": row}) + b"\n"
            for row in sent
            if row["external_id"] in rows
        ]
        handle = os.open(self.rejected, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, b"".join(lines))
            os.fsync(handle)
        finally:
            os.close(handle)

    @contextmanager
    def only_sender(self, *, wait: float) -> Iterator[None]:
        """Raises Busy when another process still sends after `wait` seconds."""
        self._make()
        with (self.directory / "lock").open("a") as file:
            deadline = time.monotonic() + wait
            while fcntl is not None:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise Busy("Another process is sending what waits here.") from None
                    time.sleep(0.02)
            yield

    def size(self) -> int:
        """Bytes that wait."""
        return sum(path.stat().st_size for path in self._paths())

    def _put(self, content: bytes) -> None:
        self._make()
        if self.size() + len(content) > self._largest:
            raise Full(f"{self._largest // 2**20} MB wait in {self.directory} already. Run: pilotage flush")
        try:
            handle, half = tempfile.mkstemp(dir=self.directory, prefix="half-")
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(half, self._waiting / f"{time.time_ns():020}-{uuid.uuid4().hex[:8]}{ENDING}")
            _sync(self._waiting)
        except OSError as error:
            raise Full(f"{self.directory} cannot be written: {error.strerror}.") from error

    def _paths(self) -> list[Path]:
        return sorted(self._waiting.glob(f"*{ENDING}"))

    def _make(self) -> None:
        try:
            self._waiting.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Full(f"{self.directory} cannot be made: {error.strerror}.") from error


def place(environment: Mapping[str, str] = os.environ) -> Path:
    if named := environment.get("PILOTAGE_SPOOL"):
        return Path(named)
    base = (
        environment.get("XDG_STATE_HOME") or Path(environment.get("HOME") or Path.home()) / ".local" / "state"
    )
    return Path(base) / "pilotage"


def _parts(rows: list[Row]) -> Iterator[list[Any]]:
    part: list[Row] = []
    size = 0
    for row in rows:
        length = len(encode(row)) + 1
        if part and (len(part) == MOST_ROWS or size + length > LARGEST_PARCEL):
            yield part
            part, size = [], 0
        part.append(row)
        size += length
    if part:
        yield part


def _sync(directory: Path) -> None:
    """A renamed file is there after a power cut only once its directory is written, too."""
    if fcntl is None:
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
