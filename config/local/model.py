"""The local language model as a child process."""

import os
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from config.local import openmp
from config.local.ports import LOOPBACK, free_port
from config.local.problem import Problem
from config.local.process import Child, spawn

NAME = "SmolLM2 135M"


@dataclass
class Model:
    child: Child
    port: int

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/v1"


def start(*, root: Path, log: Path, until: int, port: int | None = None) -> Model:
    """Start, on a free port unless one is given, and do not wait.

    It ends itself once process `until` is gone, whoever started it.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "config.local.serve_model", str(port), str(until)]
    environment = os.environ | openmp.library_path()
    return Model(spawn("local model", command, log=log, cwd=root, env=environment, dies_by=None), port)


def wait_until_ready(model: Model, *, seconds: float = 60.0) -> None:
    """Return once the weights are loaded and the API answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if model.child.gone:
            raise Problem(
                f"The local model did not start: {model.child.last_words()} (see {model.child.log}); "
                "start without it: PILOTAGE_LOCAL_MODEL=off"
            )
        if _healthy(model.port):
            return
        time.sleep(0.05)
    raise Problem(f"The local model was not ready after {seconds:.0f} s; see {model.child.log}")


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:  # not listening yet, or still loading (503)
        return False
