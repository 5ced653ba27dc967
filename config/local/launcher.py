"""`make run`: one instance on this machine, from nothing to a board with verdicts, and down again."""

import json
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from config.local.engines import Addresses, EngineRoom
from config.local.options import Options
from config.local.orphans import die_with_parent
from config.local.ports import LOOPBACK, is_free
from config.local.problem import Problem
from config.local.process import Child, run, spawn
from config.local.state import ROOT, fresh_logs, keep_secrets, only_one, write_environment, write_json
from config.local.steps import Steps, say
from config.local.supervisor import Service, Supervisor

PYTHON = sys.executable
STOPPED_BY = (signal.SIGTERM, signal.SIGHUP)  # and Ctrl-C, which is Python's KeyboardInterrupt already
SECRETS = ["postgres", "valkey", "secret_key", "demo_password"]
WORKER = [
    *(
        PYTHON,
        "-m",
        "config.run_celery",
        "-A",
        "config",
        "worker",
        "--queues",
        "celery,evaluations,notices",
        "--concurrency",
        "2",
    ),
    *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
]
WORKER_IS_READY = " ready."
BEAT = [PYTHON, "-m", "config.run_celery", "-A", "config", "beat", "--loglevel", "INFO", "--pidfile="]
WEB = [
    *(PYTHON, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1", "--host", LOOPBACK),
    *("--blocking-threads", "32", "--workers-kill-timeout", "3", "config.local.web:application"),
]


def launch(options: Options) -> None:
    """Stay until Ctrl-C or SIGTERM, then leave nothing behind. Raises Problem when it cannot start or go on."""
    var = Path(os.environ.get("PILOTAGE_VAR") or ROOT / "var")
    var.mkdir(parents=True, exist_ok=True)
    var.chmod(0o700)  # logs and data are nobody else's
    for signum in STOPPED_BY:
        signal.signal(signum, _interrupt)
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)  # a killed `make` must not leave its instance behind
    with _the_only_start(var / "run.lock", options):
        instance = Instance(options, var)
        try:
            instance.start()
            instance.supervisor.watch()
        except KeyboardInterrupt:
            say("\nStopping ... ", end="")
            instance.stop()
            say("stopped")
        finally:
            instance.stop()


class Instance:
    """The processes of one `make run` and what it writes below `var`."""

    def __init__(self, options: Options, var: Path) -> None:
        self.options = options
        self.var = var
        self.logs = var / "log"
        self.steps = Steps()
        self.supervisor = Supervisor()
        self.env: dict[str, str] = {}

    def start(self) -> None:
        """Returns when the demo is judged, or at once after the web server when there is none."""
        if not is_free(self.options.port):
            raise Problem(
                f"Port {self.options.port} is in use. Choose another: make run PORT={self.options.port + 1}"
            )
        self.logs.mkdir(exist_ok=True)
        fresh_logs(self.logs)
        secrets = self._secrets()
        engines = EngineRoom(self.options, self.var, secrets, self.supervisor, self.steps)
        addresses = engines.start()
        self._write_environment(addresses, secrets)
        with self.steps.step("Database tables"):
            self._run("migrate", [PYTHON, "manage.py", "migrate_once"])
        engines.wait_for_the_model()
        worker = self._keep("worker", WORKER)  # starts, and asks the model, while the demo is loaded
        content = self._people()
        with self.steps.step("Workers and schedule"):
            self._keep("beat", BEAT)
            web = self._keep("web", [*WEB, "--port", str(self.options.port)])
            wait_until(worker, lambda: WORKER_IS_READY in worker.log.read_text())
        with self.steps.step("Web pages"):
            wait_until(web, lambda: answers(f"http://{LOOPBACK}:{self.options.port}/healthz"))
        self._write_whereabouts(addresses, content)
        self._show_board()
        self._say_where(content)

    def stop(self) -> None:
        """Everything is gone when this returns; a second Ctrl-C does not interrupt it."""
        for signum in (signal.SIGINT, *STOPPED_BY):
            signal.signal(signum, signal.SIG_IGN)
        self.supervisor.stop()
        (self.var / "local.json").unlink(missing_ok=True)

    def _secrets(self) -> dict[str, str]:
        kept, data = self.var / "secrets.json", self.var / "postgres"
        if data.exists() and not kept.exists() and not self.options.database_url:
            raise Problem(
                f"{kept} is missing and the password of {data} with it. Put it back, or start afresh: mv {data} {data}.away"
            )
        return keep_secrets(kept, SECRETS)

    def _write_environment(self, addresses: Addresses, secrets: Mapping[str, str]) -> None:
        """What the settings read, for our children and, in var/local.env, for commands typed in a second shell."""
        hosts = [os.environ.get("EVALUATIONS_ALLOWED_HOSTS", "")]
        if addresses.model_url:
            hosts.append(addresses.model_url.removeprefix("http://").removesuffix("/v1"))
        values = {
            "PILOTAGE_ENV": "local",
            "SECRET_KEY": os.environ.get("SECRET_KEY") or secrets["secret_key"],
            "DATABASE_URL": addresses.database_url,
            "REDIS_URL": addresses.redis_url,
            "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS") or "127.0.0.1,localhost",
            "PILOTAGE_BASE_URL": self.options.base_url,
            "PILOTAGE_LOCAL_MODEL_URL": addresses.model_url,
            "EVALUATIONS_ALLOWED_HOSTS": ",".join(filter(None, hosts)),
        }
        write_environment(self.var / "local.env", values)
        self.env = (
            os.environ
            | values
            | {"PILOTAGE_VAR": str(self.var), "PILOTAGE_DEMO_PASSWORD": secrets["demo_password"]}
        )

    def _people(self) -> dict[str, Any]:
        """The demo with its logins and token; one administrator where no demo is wanted."""
        if self.options.demo:
            with self.steps.step("Demo pilots"):
                printed = self._manage("load_demo", "--json", capture=True)
        else:
            self.steps.left_out("Demo pilots", "none, by DEMO=0")
            printed = self._run("administrator", [PYTHON, "-m", "config.local.administrator"], capture=True)
        return dict(json.loads(printed.strip().splitlines()[-1]))

    def _manage(self, *arguments: str, capture: bool = False) -> str:
        """Without the checks of the whole project, which load every page of it: they are for its developers."""
        return self._run(arguments[0], [PYTHON, "manage.py", *arguments, "--skip-checks"], capture=capture)

    def _run(self, name: str, command: list[str], *, capture: bool = False) -> str:
        return run(name, command, log=self.logs / f"{name}.log", cwd=ROOT, env=self.env, capture=capture)

    def _keep(self, name: str, command: list[str]) -> Child:
        """Start a process that is started again when it dies."""
        begin = partial(spawn, name, command, log=self.logs / f"{name}.log", cwd=ROOT, env=self.env)
        child = begin()
        self.supervisor.add(Service(child, again=begin))
        return child

    def _write_whereabouts(self, addresses: Addresses, content: Mapping[str, Any]) -> None:
        """var/local.json: how scripts and tests find this instance."""
        where = {
            "base_url": self.options.base_url,
            "pid": os.getpid(),
            "database_url": addresses.database_url,
            "redis_url": addresses.redis_url,
            "local_model_url": addresses.model_url,
        }
        write_json(self.var / "local.json", where | dict(content))

    def _show_board(self) -> None:
        if not self.options.demo:
            self.steps.left_out("First verdicts", "none, by DEMO=0")
            return
        with self.steps.step("First verdicts"):
            board = self._manage("demo_board", "--wait", "25", capture=True)
        say(f"\n{board.rstrip()}")

    def _say_where(self, content: Mapping[str, Any]) -> None:
        say(f"\nPilotage: {self.options.base_url}\n")
        logins = content.get("logins", [])
        width = max((len(login["role"]) for login in logins), default=0)
        for login in logins:
            say(f"  {login['role']:<{width}} {login['username']:<12} {login['password']}")
        if content.get("token"):
            say(f"  {'token':<{width}} {content['token']}")
        say(f"\nThe same in {self.var / 'local.json'}, logs in {self.logs}. Ctrl-C stops everything.")


def wait_until(child: Child, ready: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """Raises Problem when `child` ends before that, or is not ready in time."""
    deadline = time.monotonic() + seconds
    while not ready():
        if child.gone or time.monotonic() > deadline:
            raise Problem(
                f"The {child.name} process did not start: {child.last_words()} (all of it in {child.log})"
            )
        time.sleep(0.1)


def answers(url: str) -> bool:
    """A GET ends with 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:  # nobody listens yet, or an error page
        return False


@contextmanager
def _the_only_start(lock: Path, options: Options) -> Iterator[None]:
    try:
        with only_one(lock) as file:
            file.truncate(0)
            file.write(f"process {os.getpid()}, {options.base_url}")
            file.flush()
            yield
    except BlockingIOError as error:
        holder = lock.read_text() or "another start"
        raise Problem(
            f"This checkout runs already: {holder}. Use it, or stop it there with Ctrl-C"
        ) from error


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
