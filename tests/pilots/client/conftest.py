"""A script's surroundings: a home of its own, a token, and the live server at the end of a line that can be cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.pilots.client.line import Line, between

if TYPE_CHECKING:
    from pilots.client import Client
    from pilots.models import Pilot


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
        "PILOTAGE_URL",
        "PILOTAGE_TOKEN",
        "PILOTAGE_PILOT",
        "PILOTAGE_SPOOL",
    ):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def line(live_server: Any) -> Iterator[Line]:
    with between(live_server.url) as line:
        yield line


@pytest.fixture
def pilot(line: Line) -> Pilot:
    from tests.factories import make_metric, make_running_pilot

    pilot = make_running_pilot()
    make_metric(pilot, "latency", unit="s")
    return pilot


@pytest.fixture
def signed_in(line: Line, pilot: Pilot, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """By the environment, for this process and the ones it starts; returns the secret."""
    from tests.factories import make_token

    secret = make_token(pilot)[1]
    monkeypatch.setenv("PILOTAGE_URL", line.url)
    monkeypatch.setenv("PILOTAGE_TOKEN", secret)
    monkeypatch.setenv("PILOTAGE_PILOT", pilot.slug)
    return secret


@pytest.fixture
def script(signed_in: str) -> Client:
    from pilots.client import Client

    return Client()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """The command, in this process: exit code, what it printed, what it complained of."""
    from pilots.client.command import main

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
