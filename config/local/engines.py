"""The engines of an instance, each unless another was named: they start at the same time and are waited for in turn."""

import os
from dataclasses import dataclass
from pathlib import Path

from config.local import model, postgres, valkey
from config.local.options import Options
from config.local.problem import Problem
from config.local.process import Child
from config.local.state import ROOT
from config.local.steps import Steps
from config.local.supervisor import Service, Supervisor


@dataclass(frozen=True)
class Addresses:
    """Where the parts answer; no `model_url` when there is no local model."""

    database_url: str
    redis_url: str
    model_url: str


class EngineRoom:
    """Starts the embedded engines below `var` and hands them to the supervisor."""

    def __init__(
        self, options: Options, var: Path, secrets: dict[str, str], supervisor: Supervisor, steps: Steps
    ) -> None:
        self.options = options
        self.var = var
        self.secrets = secrets
        self.supervisor = supervisor
        self.steps = steps
        self._model: model.Model | None = None

    def start(self) -> Addresses:
        """Database and queue answer when this returns; the model loads its weights meanwhile."""
        queue = None if self.options.redis_url else self._begin_valkey()
        if self.options.local_model:
            self._model = self._begin_model()
            self.supervisor.add(Service(self._model.child, again=self._begin_model_again, engine=True))
        return Addresses(
            database_url=self._postgres(),
            redis_url=self._valkey(queue),
            model_url=self._model.url if self._model else "",
        )

    def wait_for_the_model(self) -> None:
        if self._model is None:
            self.steps.left_out("Local model", "off, by PILOTAGE_LOCAL_MODEL")
            return
        with self.steps.step(f"Local model {model.NAME}"):
            model.wait_until_ready(self._model)

    def _postgres(self) -> str:
        name = f"PostgreSQL {postgres.MAJOR}"
        if self.options.database_url:
            self.steps.left_out(name, "yours, by DATABASE_URL")
            return self.options.database_url
        with self.steps.step(name):
            data, log = self.var / "postgres", self.var / "log" / "postgres.log"
            password = self.secrets["postgres"]
            if not data.exists():
                postgres.create(data, password=password, log=log)
            check_database_files(data)
            postgres.clear_leftovers(data)
            started = postgres.start(data, password=password, log=log)
            self.supervisor.add(Service(started.child, engine=True, ended_by=postgres.FAST, grace=30.0))
            postgres.wait_until_ready(started)
        return started.url

    def _begin_valkey(self) -> valkey.Valkey:
        log = self.var / "log" / "valkey.log"
        started = valkey.start(self.var / "valkey", password=self.secrets["valkey"], log=log)
        self.supervisor.add(Service(started.child, engine=True))
        return started

    def _valkey(self, started: valkey.Valkey | None) -> str:
        name = f"Valkey {valkey.MAJOR}"
        if started is None:
            self.steps.left_out(name, "yours, by REDIS_URL")
            return self.options.redis_url
        with self.steps.step(name):
            valkey.wait_until_ready(started)
        return started.url()

    def _begin_model(self, port: int | None = None) -> model.Model:
        return model.start(root=ROOT, log=self.var / "log" / "model.log", until=os.getpid(), port=port)

    def _begin_model_again(self) -> Child:
        """At the same address, which the settings of every process hold."""
        assert self._model is not None
        return self._begin_model(self._model.port).child


def check_database_files(data: Path) -> None:
    """Raises Problem when this PostgreSQL cannot work with the directory."""
    remedy = f"Move it away to start afresh: mv {data} {data}.away"
    if not (data / "PG_VERSION").exists():
        raise Problem(f"{data} is no whole database. {remedy}")
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != postgres.MAJOR:
        raise Problem(
            f"{data} was made by PostgreSQL {made_by}, this is PostgreSQL {postgres.MAJOR}. {remedy}"
        )
