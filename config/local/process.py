"""Start and stop one child process: own session, output in a log, gone when its parent is gone."""

import os
import pwd
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from config.local.orphans import die_with_parent
from config.local.problem import Problem

NOBODY = pwd.getpwnam("nobody")
AN_ERROR = re.compile(r"(Error|Exception|error|FATAL): ")


@dataclass
class Child:
    """A running process and where it writes."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def gone(self) -> bool:
        return self.popen.poll() is not None

    def last_words(self) -> str:
        """One line of the log for a message: the last that names an error, else the last that says something."""
        said = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        errors = [line for line in said[-20:] if AN_ERROR.search(line)]
        return (errors or said or ["it wrote nothing"])[-1]


def spawn(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: IO[Any] | None = None,
    capture: bool = False,
    as_nobody: bool = False,
    dies_by: int | None = signal.SIGKILL,
) -> Child:
    """Start `command` in a session of its own, so that Ctrl-C reaches the launcher alone and it decides the order.

    When the launcher is gone the kernel sends `dies_by`; None is for a child that sees to its own end. `capture` makes
    the standard output a pipe: for words that do not belong into a log.
    Call it from the main thread: the kernel ties the child to the thread that started it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    identity: dict[str, Any] = {}
    if as_nobody:
        identity = {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []}
    with log.open("ab") as output:
        popen: subprocess.Popen[bytes] = subprocess.Popen(
            command,
            stdin=stdin or subprocess.DEVNULL,
            stdout=subprocess.PIPE if capture else output,
            stderr=output,
            cwd=cwd,
            env=env,
            start_new_session=True,
            preexec_fn=None if dies_by is None else partial(die_with_parent, dies_by, parent=os.getpid()),
            **identity,
        )
    return Child(name, popen, log)


def run(name: str, command: Sequence[str | Path], *, log: Path, **how: Any) -> str:
    """Run `command` to its end; `how` as for `spawn`. Returns what was captured.

    Raises Problem with the last line of the log when it fails.
    """
    child = spawn(name, command, log=log, **how)
    try:
        captured, _ = child.popen.communicate()
    except BaseException:  # Ctrl-C: the command must not work on against engines that are about to stop
        stop(child, signal.SIGKILL)
        raise
    if child.popen.returncode != 0:
        raise Problem(f"{name} failed: {child.last_words()} (all of it in {log})")
    return (captured or b"").decode()


def stop(child: Child, signum: int = signal.SIGTERM, *, grace: float = 10.0) -> None:
    """Ask, wait `grace` seconds, then kill; whatever is left of its process group goes too."""
    ask_to_end(child, signum)
    see_it_end(child, grace=grace)


def ask_to_end(child: Child, signum: int = signal.SIGTERM) -> None:
    if not child.gone:
        child.popen.send_signal(signum)


def see_it_end(child: Child, *, grace: float) -> None:
    """Wait `grace` seconds, then kill; nothing of its process group is left when this returns."""
    try:
        child.popen.wait(grace)
    except subprocess.TimeoutExpired:
        child.popen.kill()
        child.popen.wait()
    sweep(child)


def sweep(child: Child) -> None:
    """Kill what a dead child left in its process group, such as the workers of a web server."""
    try:
        os.killpg(child.popen.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # nothing was left: the usual case
