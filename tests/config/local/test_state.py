"""Secrets are made once, for their owner alone; a lock is held by one process and freed by the kernel."""

import json
import stat

import pytest

from config.local.problem import Problem
from config.local.state import fresh_logs, keep_secrets, only_one, write_environment
from tests.config.local.watching import eventually


def test_secrets_are_made_once(tmp_path):
    first = keep_secrets(tmp_path / "secrets.json", ["postgres"])

    second = keep_secrets(tmp_path / "secrets.json", ["postgres", "valkey"])

    assert second["postgres"] == first["postgres"]
    assert second["valkey"] != first["postgres"]
    assert json.loads((tmp_path / "secrets.json").read_text()) == second


def test_secrets_are_for_their_owner_alone(tmp_path):
    keep_secrets(tmp_path / "secrets.json", ["postgres"])

    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_a_damaged_file_of_secrets_is_a_problem_with_a_remedy(tmp_path):
    (tmp_path / "secrets.json").write_text('{"postgres": "abc')

    with pytest.raises(Problem, match="rm -rf"):
        keep_secrets(tmp_path / "secrets.json", ["postgres"])


def test_the_environment_is_lines_for_its_owner_alone(tmp_path):
    write_environment(tmp_path / "local.env", {"A": "1", "B": "x=y"})

    assert (tmp_path / "local.env").read_text() == "A=1\nB=x=y\n"
    assert stat.S_IMODE((tmp_path / "local.env").stat().st_mode) == 0o600


def test_a_held_lock_refuses_the_next(tmp_path):
    with only_one(tmp_path / "lock"), pytest.raises(BlockingIOError), only_one(tmp_path / "lock"):
        pass


def test_a_lock_is_free_again_when_its_holder_was_killed(tmp_path, python):
    code = f"""
import time
from pathlib import Path
from config.local.state import only_one
with only_one(Path({str(tmp_path / "lock")!r})) as file:
    print("up", flush=True)
    time.sleep(600)
"""
    holder = python(code)
    assert eventually(lambda: "up" in holder.log.read_text())
    holder.popen.kill()
    holder.popen.wait()

    with only_one(tmp_path / "lock") as file:
        assert file.name == str(tmp_path / "lock")


def test_the_logs_of_the_last_start_are_kept_aside(tmp_path):
    (tmp_path / "web.log").write_text("yesterday")

    fresh_logs(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["web.log.old"]
