"""Processes for tests of what starts and ends processes."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.local.process import Child, spawn, stop
from config.local.state import ROOT

Starter = Callable[..., Child]


@pytest.fixture
def python(tmp_path: Path) -> Iterator[Starter]:
    """Starts lines of Python as a child; all of them are ended with the test."""
    children: list[Child] = []

    def start(code: str, **how: Any) -> Child:
        command = [sys.executable, "-c", code]
        children.append(spawn("child", command, log=tmp_path / "child.log", cwd=ROOT, **how))
        return children[-1]

    yield start
    for child in children:
        stop(child, grace=0.1)
