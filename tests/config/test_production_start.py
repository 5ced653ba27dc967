import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from config import checks

ROOT = Path(__file__).parents[2]
GIVEN = {
    "SECRET_KEY": "a-key-that-is-long-enough-for-a-test-and-has-many-characters",
    "ALLOWED_HOSTS": "pilotage.example.org",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
}


def start(*command: str, tmp_path: Path, **given: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "PILOTAGE_VAR": str(tmp_path), "PYTHONWARNINGS": "ignore", **given}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    "command", [("manage.py", "check"), ("-c", "import config.wsgi")], ids=["check", "web"]
)
def test_production_refuses_to_start_and_names_all_that_is_missing(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    done = start(*command, tmp_path=tmp_path)

    named = [name for name in GIVEN if f"Set {name} " in done.stderr]
    assert (done.returncode != 0, named) == (True, list(GIVEN))


@pytest.mark.parametrize("missing", list(GIVEN))
def test_each_setting_is_asked_for_by_name(
    missing: str, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.LOCAL = False
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(missing)

    found = checks.production_settings_are_given(None)

    assert [message.msg for message in found] == [f"{missing} is not set."]
