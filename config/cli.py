"""The two commands, inside the packages that `config/local/bootstrap.py` has installed: `python -m config.cli run|test`."""

import os
import sys
from collections.abc import Callable

from config.local import chromium
from config.local.launcher import launch
from config.local.options import Options
from config.local.problem import Problem
from config.local.state import ROOT
from config.local.steps import say


def run(arguments: list[str]) -> None:
    """Serve until Ctrl-C."""
    launch(Options.read())


def test(arguments: list[str]) -> None:
    """Three processes for two cores, since some tests wait for processes of their own; each file in one of them.
    `arguments` go to pytest and win over ours."""
    if chromium.find() is None:
        say("Chromium for the browser tests ... ", end="")
        say("installed" if chromium.install(ROOT / "var" / "log" / "chromium.log") else "not installed")
    # In the order of their names: the few long files, which have few tests, would else come last and one process idle.
    options = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", *options, *arguments]
    # Our own import named the settings; pytest-django would read them before the engines of the tests are up.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    os.execv(command[0], command)


COMMANDS: dict[str, Callable[[list[str]], None]] = {"run": run, "test": test}


def main(name: str, arguments: list[str]) -> None:
    """What a person can put right is told in one line."""
    try:
        COMMANDS[name](arguments)
    except KeyboardInterrupt:
        sys.exit(130)
    except Problem as problem:
        sys.exit(f"pilotage: {problem}")
    except OSError as error:
        sys.exit(f"pilotage: {error.filename or 'the machine'}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
