"""A child is ended when asked, killed when it does not listen, and never outlives its parent."""

import os
import signal

import pytest

from config.local.problem import Problem
from config.local.process import run, stop
from config.local.state import ROOT
from tests.config.local.watching import alive, descendants, eventually

FOREVER = "import time; print('up', flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {FOREVER}"
PARENT_OF_TWO = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("up", flush=True)
time.sleep(600)
"""
LAUNCHER = """
import sys, time
from pathlib import Path
from config.local.process import spawn
forever = [sys.executable, "-c", "import time; time.sleep(600)"]
spawn("grandchild", forever, log=Path("/dev/null"), cwd=Path("."))
print("up", flush=True)
time.sleep(600)
"""


def is_up(child):
    return lambda: "up" in child.log.read_text()


def test_a_child_ends_when_asked(python):
    child = python(FOREVER)
    assert eventually(is_up(child))

    stop(child)

    assert child.popen.returncode == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_killed_after_the_grace(python):
    child = python(DEAF)
    assert eventually(is_up(child))

    stop(child, grace=0.2)

    assert child.popen.returncode == -signal.SIGKILL


def test_what_a_child_started_goes_with_it(python):
    child = python(PARENT_OF_TWO)
    assert eventually(is_up(child))
    (grandchild,) = descendants(child.popen.pid)

    stop(child)

    assert eventually(lambda: not alive(grandchild))


def test_a_child_dies_with_a_parent_that_is_killed(python):
    launcher = python(LAUNCHER)
    assert eventually(is_up(launcher))
    (grandchild,) = descendants(launcher.popen.pid)

    os.kill(launcher.popen.pid, signal.SIGKILL)

    assert eventually(lambda: not alive(grandchild))


def test_a_child_that_comes_too_late_to_see_its_parent_die_ends_itself(python):
    gone = python("pass")
    gone.popen.wait()

    late = python(
        f"from config.local.orphans import die_with_parent; die_with_parent(parent={gone.popen.pid})"
    )

    assert late.popen.wait(20) == -signal.SIGKILL


def test_ctrl_c_does_not_reach_a_child(python):
    child = python(FOREVER)
    assert eventually(is_up(child))

    assert os.getpgid(child.popen.pid) != os.getpgrp()


def test_a_command_that_fails_is_told_by_its_last_line(tmp_path):
    log = tmp_path / "command.log"

    with pytest.raises(Problem) as raised:
        run("counting", ["sh", "-c", "echo one; echo no space left; exit 3"], log=log, cwd=ROOT)

    assert str(raised.value) == f"counting failed: no space left (all of it in {log})"


def test_the_line_that_names_an_error_goes_before_the_advice_that_follows_it(tmp_path):
    told = "echo 'OperationalError: connection refused'; echo '  Is the server running?'; exit 1"

    with pytest.raises(
        Problem, match=r"^counting failed: OperationalError: connection refused \(all of it in "
    ):
        run("counting", ["sh", "-c", told], log=tmp_path / "command.log", cwd=ROOT)


def test_what_is_captured_is_not_in_the_log(tmp_path):
    log = tmp_path / "command.log"

    printed = run(
        "telling", ["sh", "-c", "echo a password; echo a warning >&2"], log=log, cwd=ROOT, capture=True
    )

    assert (printed, log.read_text()) == ("a password\n", "a warning\n")
