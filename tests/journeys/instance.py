"""An instance as `make run` has it, for one journey: web server and worker are processes, the database is a fresh one."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from config.local.launcher import WEB, WORKER
from config.local.ports import LOOPBACK, free_port
from config.local.postgres import DATABASE
from config.local.process import Child, ask_to_end, see_it_end, spawn
from config.local.state import ROOT
from config.local.valkey import DATABASES

PROCESSES = 16  # of pytest-xdist, at most
READY_WITHIN_S = 30.0
END_WITHIN_S = 10.0
_instances = count()


@dataclass(frozen=True)
class Instance:
    """`database` is the name of its own database, on the server of the tests."""

    url: str
    database: str
    web: Child
    worker: Child

    def says(self) -> str:
        """The logs of its processes, for a message."""
        return "\n".join(child.log.read_text(errors="replace") for child in (self.web, self.worker))


@contextmanager
def running(logs: Path) -> Iterator[Instance]:
    """Ready when it is handed over; all of it is gone afterwards."""
    port = free_port()
    with ExitStack() as ending:
        name = ending.enter_context(_database())
        environment = os.environ | {
            "DATABASE_URL": _url(name),
            "REDIS_URL": _redis_url(),
            "PILOTAGE_BASE_URL": f"http://{LOOPBACK}:{port}",
        }
        commands = {"web": [*WEB, "--port", str(port)], "worker": WORKER}
        children = ending.enter_context(_processes(commands, environment, logs))
        instance = Instance(f"http://{LOOPBACK}:{port}", name, **children)
        _wait_until_served(instance)
        yield instance


@contextmanager
def _processes(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], logs: Path
) -> Iterator[dict[str, Child]]:
    children = {
        part: spawn(part, command, log=logs / f"{part}.log", cwd=ROOT, env=environment)
        for part, command in commands.items()
    }
    try:
        yield children
    finally:
        for child in children.values():
            ask_to_end(child)
        for child in children.values():
            see_it_end(child, grace=END_WITHIN_S)


@contextmanager
def _database() -> Iterator[str]:
    """With the tables of this checkout and nothing else. Processes commit to it, so no test shares it."""
    name = f"journey_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(_url("postgres"), autocommit=True) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(DATABASE))
        )
        try:
            yield name
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _url(database: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()


def _redis_url() -> str:
    """One of its own for every instance of every test process, counted from the other end than the test processes do:
    a worker that shared it would take this instance's messages to another database."""
    address, _, process = os.environ["REDIS_URL"].rpartition("/")
    return f"{address}/{DATABASES - 1 - PROCESSES * next(_instances) - int(process)}"


def _wait_until_served(instance: Instance) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not _answers(f"{instance.url}/healthz"):
        assert time.monotonic() < deadline, f"no page within {READY_WITHIN_S} s:\n{instance.says()}"
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
