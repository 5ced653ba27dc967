"""Make `.venv` complete, then hand over to it: `python3 -I config/local/bootstrap.py run|test|dev [arguments]`.

Runs on the system's Python before anything is installed: standard library only, no import of ours. An older Python
must be able to read it (from 3.7 on), so that it can say which one is needed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from typing import Any, NoReturn

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
UV = os.path.join(ROOT, ".uv")
LOG = os.path.join(ROOT, "var", "log", "packages.log")
BUSY = "unfinished"
SETS = {"run": ["base", "engines"]}
EVERYTHING = ["base", "engines", "dev"]
FIRST_START_MB = 2000
LATER_START_MB = 200
AS_OWNER = "Run as the owner of the checkout, or give it to yourself: sudo chown -R $USER ."


def main(command: str, arguments: list[str]) -> None:
    started = time.monotonic()
    check_python()
    check_place()
    with open(os.path.join(ROOT, "var", "packages.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # make run and make test may be started side by side
        os.set_inheritable(
            lock.fileno(), True
        )  # an installer that outlives us, because we were killed, holds it on
        say("1/9 Python packages ... " if command == "run" else "Python packages ... ")
        install_uv()
        sync(SETS.get(command, EVERYTHING))
        say(f"ready in {time.monotonic() - started:.1f} s\n")
    if command != "dev":
        python = os.path.join(VENV, "bin", "python")
        os.chdir(ROOT)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a dozen processes would compile Django anew
        os.execv(python, [python, "-m", "config.cli", command, *arguments])


def check_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells the person so
        here = ".".join(map(str, sys.version_info[:2]))
        fail(f"Python 3.11 or newer is needed, this is {here}. Name another: make run PYTHON=python3.11")
    if find_spec("ensurepip") is None or find_spec("venv") is None:
        fail("Python's venv module is missing. Install it: sudo apt-get install python3-venv")


def check_place() -> None:
    try:
        os.makedirs(os.path.dirname(LOG), exist_ok=True)
    except OSError as error:
        fail(f"{error.filename} cannot be made: {error.strerror}. {AS_OWNER}")
    for place in (ROOT, os.path.join(ROOT, "var"), os.path.dirname(LOG)):
        if not os.access(place, os.W_OK):
            fail(f"{place} cannot be written. {AS_OWNER}")
    needed = LATER_START_MB if read_stamp(VENV) else FIRST_START_MB
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < needed:
        fail(
            f"The disk is nearly full: {free} MB free at {ROOT}, {needed} MB needed. Free some space and try again"
        )


def install_uv() -> None:
    wanted = fingerprint(["uv"])
    if read_stamp(UV).get("locks") == wanted:
        return
    shutil.rmtree(UV, ignore_errors=True)
    run([sys.executable, "-m", "venv", UV])
    pip = [os.path.join(UV, "bin", "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    run([*pip, "install", "--require-hashes", "-r", lock_file("uv")])
    write_stamp(UV, {"locks": wanted})


def sync(wanted: list[str]) -> None:
    """Install exactly the lock files; sets that are installed already stay, so that `run` does not undo `test`."""
    uv = os.path.join(UV, "bin", "uv")
    stamp = read_stamp(VENV)
    installed = stamp.get("sets", EVERYTHING if works() else [])  # made by hand: nothing may go missing
    sets = [name for name in EVERYTHING if name in wanted or name in installed]
    complete = {"sets": sets, "locks": fingerprint(sets), "python": sys.version}
    if stamp == complete:
        return
    if not works() or stamp.get("state") == BUSY or stamp.get("python", sys.version) != sys.version:
        run([uv, "venv", "--clear", "--quiet", "--python", sys.executable, VENV])
    write_stamp(VENV, {"state": BUSY, "sets": sets})
    locks = [lock_file(name) for name in sets]
    run([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", VENV, *locks])
    write_stamp(VENV, complete)


def works() -> bool:
    python = os.path.join(VENV, "bin", "python")
    return os.path.exists(python) and subprocess.call([python, "-c", "pass"], stderr=subprocess.DEVNULL) == 0


def fingerprint(names: list[str]) -> str:
    digest = hashlib.sha256()
    for name in names:
        with open(lock_file(name), "rb") as lock:
            digest.update(lock.read())
    return digest.hexdigest()


def lock_file(name: str) -> str:
    return os.path.join(ROOT, "requirements", name + ".txt")


def read_stamp(directory: str) -> dict[str, Any]:
    try:
        with open(os.path.join(directory, "pilotage.json")) as file:
            return dict(json.load(file))
    except (OSError, ValueError):  # never finished
        return {}


def write_stamp(directory: str, content: dict[str, Any]) -> None:
    path = os.path.join(directory, "pilotage.json")
    with open(path + ".new", "w") as file:
        json.dump(content, file)
    os.replace(path + ".new", path)


def run(command: list[str]) -> None:
    """Run with the output in the log; on failure say the line of it that names the cause."""
    with open(LOG, "w+") as log:
        if subprocess.call(command, stdout=log, stderr=log, cwd=ROOT, close_fds=False) == 0:
            return
        log.seek(0)
        lines = [line.strip() for line in log if line.strip()] or ["no message"]
    if any("No space left" in line for line in lines):
        fail("The disk is full. Free some space and try again; the next start goes on from here")
    fail(f"The packages could not be installed: {lines[-1]} (all of it in {LOG}). Is the network up?")


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def fail(text: str) -> NoReturn:
    sys.stdout.flush()
    sys.exit(f"\npilotage: {text}")


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2:])
    except KeyboardInterrupt:
        fail("stopped while installing; the next start goes on from here")
    except OSError as error:
        fail(f"{error.filename or ROOT}: {error.strerror}")
