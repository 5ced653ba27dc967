"""Web server, worker, PostgreSQL and Redis of one's own, durable as in production: to be killed, or to be measured."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from config.local import postgres, template, valkey
from config.local.launcher import BEAT, WEB, WORKER
from config.local.ports import LOOPBACK, free_port
from config.local.problem import Problem
from config.local.process import Child, spawn, stop
from config.local.state import ROOT

WAL = "max_wal_size = 1GB\n"
"""As any server has it. The template of the tests comes with 64 MB: a load would go from one checkpoint to the next."""
STOPPED_BY = {"postgres": postgres.FAST}
ORDER = ("beat", "worker", "web", "valkey", "postgres")


@dataclass
class OwnInstance:
    """Its processes by name: postgres, valkey, web, worker, beat."""

    directory: Path
    port: int = field(default_factory=free_port)
    processes: dict[str, Child] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    _ports: dict[str, int] = field(default_factory=dict)
    _password: str = ""

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def start(self, *parts: str) -> None:
        """The engines, with the tables of this checkout, and the named parts; ready when this returns."""
        self._password = template.copy(self.directory / "postgres")
        with (self.directory / "postgres" / "postgresql.conf").open("a") as settings:
            settings.write(WAL)
        self._ports = {"postgres": free_port(), "valkey": free_port()}
        database = self._start_postgres()
        queue = self._start_valkey()
        self.env = os.environ | {
            "PILOTAGE_ENV": "test",
            "SECRET_KEY": self._password * 2,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "DATABASE_URL": database.url,
            "REDIS_URL": queue.url(),
            "PILOTAGE_BASE_URL": self.url,
            "PILOTAGE_VAR": str(self.directory),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        for part in parts:
            self.begin(part)

    def begin(self, part: str) -> None:
        """Starts a part, or starts it again at its old address."""
        if part == "postgres":
            self._start_postgres()
        elif part == "valkey":
            self._start_valkey()
        else:
            command = {"web": [*WEB, "--port", str(self.port)], "worker": WORKER, "beat": BEAT}[part]
            self.processes[part] = spawn(part, command, log=self._log(part), cwd=ROOT, env=self.env)
            if part == "web":
                self.wait(lambda: answers(f"{self.url}/healthz"), "the web server")

    def kill(self, part: str) -> None:
        """kill -9, and what it leaves behind in its process group with it."""
        child = self.processes[part]
        child.popen.send_signal(signal.SIGKILL)
        stop(child, signal.SIGKILL)

    def stop(self) -> None:
        for part in ORDER:
            if part in self.processes:
                stop(self.processes[part], STOPPED_BY.get(part, signal.SIGTERM), grace=20)

    def python(self, code: str) -> Any:
        """Runs code with Django against this instance; the last line it prints is JSON."""
        setup = "import json, django; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", setup + code],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def wait(self, true: Callable[[], bool], what: str, *, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"{what} was not there within {seconds} s:\n{self.says()}"
            time.sleep(0.05)

    def says(self) -> str:
        logs = [self._log(part) for part in ("web", "worker")]
        return "\n".join(log.read_text(errors="replace")[-3000:] for log in logs if log.exists())

    def _start_postgres(self) -> postgres.Postgres:
        """Backends of a killed server may take a moment to notice: tried again until it has the directory to itself."""
        for attempt in range(40):
            with patch.object(postgres, "free_port", lambda: self._ports["postgres"]):
                started = postgres.start(
                    self.directory / "postgres", password=self._password, log=self._log("postgres")
                )
            try:
                postgres.wait_until_ready(started)
            except Problem:
                if attempt == 39:
                    raise
                time.sleep(0.25)
            else:
                self.processes["postgres"] = started.child
                return started
        raise AssertionError("unreachable")

    def _start_valkey(self) -> valkey.Valkey:
        with patch.object(valkey, "free_port", lambda: self._ports["valkey"]):
            started = valkey.start(
                self.directory / "valkey", password=self._password, log=self._log("valkey"), durable=True
            )
        valkey.wait_until_ready(started)
        self.processes["valkey"] = started.child
        return started

    def _log(self, part: str) -> Path:
        return self.directory / "log" / f"{part}.log"


@contextmanager
def running(directory: Path, *parts: str) -> Iterator[OwnInstance]:
    instance = OwnInstance(directory)
    try:
        instance.start(*parts)
        yield instance
    finally:
        instance.stop()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError, OSError):
        return False
