"""One instance, from the command to the page and down again: by Ctrl-C, by kill -9, and what it refuses."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.local.ports import free_port
from config.local.state import ROOT
from tests.config.local.watching import alive, command_line, descendants, eventually

OF_TESTS = (
    "PILOTAGE_",
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DJANGO_",
    "PYTEST_",
    "MAKE",
)


class Launched:
    """`make run DEMO=0` without the model, in a directory of its own."""

    def __init__(self, var: Path, port: int | None = None) -> None:
        self.var = var
        self.port = port or free_port()
        self.output = var.parent / "output"
        environment = {name: value for name, value in os.environ.items() if not name.startswith(OF_TESTS)}
        environment |= {
            "PILOTAGE_VAR": str(var),
            "PORT": str(self.port),
            "DEMO": "0",
            "PILOTAGE_LOCAL_MODEL": "off",
        }
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.cli", "run"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=output,
            )

    def wait_until_served(self) -> "Launched":
        assert eventually(lambda: "Ctrl-C stops everything" in self.told() or self.ended(), seconds=90)
        assert not self.ended(), self.told()
        return self

    def told(self) -> str:
        return self.output.read_text()

    def ended(self) -> bool:
        return self.process.poll() is not None

    def processes(self) -> set[int]:
        return descendants(self.process.pid)

    def named(self, part: str) -> int:
        """The first process of `part`, the one the launcher started."""
        return min(pid for pid in self.processes() if part in command_line(pid))

    def page(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as answer:
            return answer.read().decode()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launched]:
    launched = Launched(tmp_path_factory.mktemp("instance") / "var").wait_until_served()
    yield launched
    launched.end()


def test_the_page_is_served(instance):
    assert instance.page() == "ok"


def test_each_step_is_told_with_its_seconds_or_why_it_is_left_out(instance):
    steps = [line.split(" ... ")[0] for line in instance.told().splitlines() if " ... " in line]

    assert steps == [
        "2/9 PostgreSQL 18",
        "3/9 Valkey 9",
        "4/9 Database tables",
        "5/9 Local model",
        "6/9 Demo pilots",
        "7/9 Workers and schedule",
        "8/9 Web pages",
        "9/9 First verdicts",
    ]


def test_scripts_find_the_instance_by_a_file_of_its_owner_alone(instance):
    found = json.loads((instance.var / "local.json").read_text())

    assert found["base_url"] == f"http://127.0.0.1:{instance.port}"
    assert [login["username"] for login in found["logins"]] == ["admin"]
    assert stat.S_IMODE((instance.var / "local.json").stat().st_mode) == 0o600


def test_a_command_in_a_second_shell_finds_the_same_instance(instance):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OF_TESTS)}
    environment["PILOTAGE_VAR"] = str(instance.var)
    code = (
        "from django.contrib.auth.models import User; print([user.username for user in User.objects.all()])"
    )

    shell = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert shell.stdout == "['admin']\n"


def test_a_second_start_in_the_same_checkout_is_refused_and_names_the_first(instance):
    second = Launched(instance.var)

    assert second.process.wait(90) == 1
    assert second.told() == (
        f"pilotage: This checkout runs already: process {instance.process.pid}, http://127.0.0.1:{instance.port}. "
        "Use it, or stop it there with Ctrl-C\n"
    )


@pytest.mark.parametrize("part", ["granian", "celery -A config worker", "celery -A config beat"])
def test_a_part_that_is_killed_comes_back(instance, part):
    before = instance.named(part)

    os.kill(before, signal.SIGKILL)

    assert eventually(lambda: any(part in command_line(pid) for pid in instance.processes() - {before}))
    assert eventually(lambda: "was ended by SIGKILL and is started again" in instance.told())
    assert eventually(lambda: not alive(before))


def test_kill_9_of_the_launcher_leaves_no_child_and_the_next_start_recovers(instance):
    below = instance.processes()
    assert len(below) > 8

    os.kill(instance.process.pid, signal.SIGKILL)
    instance.process.wait()

    assert eventually(lambda: not any(alive(pid) for pid in below), seconds=10)
    again = Launched(instance.var, instance.port).wait_until_served()
    assert again.page() == "ok"
    below = again.processes()
    os.kill(again.process.pid, signal.SIGINT)
    assert again.process.wait(90) == 0
    assert [pid for pid in below if alive(pid)] == []
    assert again.told().endswith("\nStopping ... stopped\n")
    assert not (again.var / "local.json").exists()


def test_a_port_in_use_is_told_before_anything_is_started(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        launched = Launched(tmp_path / "var", port)

        assert launched.process.wait(90) == 1
        assert (
            launched.told() == f"pilotage: Port {port} is in use. Choose another: make run PORT={port + 1}\n"
        )


def test_secrets_that_are_gone_are_told_with_a_remedy(tmp_path):
    (tmp_path / "var" / "postgres").mkdir(parents=True)

    launched = Launched(tmp_path / "var")

    assert launched.process.wait(90) == 1
    assert launched.told() == (
        f"pilotage: {tmp_path}/var/secrets.json is missing and the password of {tmp_path}/var/postgres with it. "
        f"Put it back, or start afresh: mv {tmp_path}/var/postgres {tmp_path}/var/postgres.away\n"
    )
