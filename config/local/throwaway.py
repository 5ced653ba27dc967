"""Engines of one test session: on free ports, in a directory of their own, gone with the session."""

import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from config.local import model, postgres, template, valkey
from config.local.process import stop
from config.local.state import ROOT, only_one

PREFIX = "pilotage-test-"
DIRECTORY = "PILOTAGE_TEST_DIRECTORY"
OWNER = "PILOTAGE_TEST_OWNER"
ABANDONED_AFTER = 60.0  # seconds: a younger one may be about to take its lock

_started: list[
    model.Model
] = []  # kept, because Python complains about a running process that nobody refers to


@dataclass
class Engines:
    directory: Path
    postgres: postgres.Postgres
    valkey: valkey.Valkey
    held: ExitStack

    def environment(self, *, redis_database: int = 0) -> dict[str, str]:
        """Everything the settings read, so that nothing of a `make run` in the same checkout is touched."""
        return {
            "PILOTAGE_ENV": "test",
            "SECRET_KEY": self.valkey.password * 2,
            "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url(redis_database),
            "PILOTAGE_BASE_URL": "http://127.0.0.1:8000",
            "PILOTAGE_LOCAL_MODEL_URL": "",
            "PILOTAGE_VAR": str(self.directory),
            DIRECTORY: str(self.directory),
            OWNER: str(os.getpid()),
        }

    def stop(self) -> None:
        stop(self.valkey.child)
        stop(self.postgres.child, postgres.AT_ONCE)
        shutil.rmtree(self.directory, ignore_errors=True)
        self.held.close()


def start() -> Engines:
    """PostgreSQL and Valkey, ready. The local model is started by the first test that asks for it."""
    _remove_abandoned()
    directory = Path(tempfile.mkdtemp(prefix=PREFIX))
    held = ExitStack()
    held.enter_context(only_one(directory / "lock"))
    data = directory / "postgres"
    password = template.copy(data)
    log = directory / "log"
    queue = valkey.start(directory / "valkey", password=password, log=log / "valkey.log", durable=False)
    database = postgres.start(data, password=password, log=log / "postgres.log", durable=False)
    valkey.wait_until_ready(queue)
    postgres.wait_until_ready(database)
    return Engines(directory, database, queue, held)


def local_model_url() -> str:
    """The address of the session's model, started by whoever asks first and shared by all test processes."""
    directory = Path(os.environ[DIRECTORY])
    address = directory / "model-url"
    with only_one(directory / "model-lock", wait=True):
        if not address.exists():
            started = model.start(
                root=ROOT, log=directory / "log" / "model.log", until=int(os.environ[OWNER])
            )
            model.wait_until_ready(started)
            _started.append(started)
            address.write_text(started.url)
    return address.read_text()


def _remove_abandoned() -> None:
    """Directories of sessions that were killed: nobody holds their lock any more."""
    for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if time.time() - directory.stat().st_mtime < ABANDONED_AFTER:
                continue
            with only_one(directory / "lock"):
                shutil.rmtree(directory, ignore_errors=True)
        except OSError:  # in use, gone meanwhile, or another user's
            continue
