"""What a server has installed, and not what tests and checks bring along: some libraries load whatever they find."""

import re
from importlib.metadata import packages_distributions
from pathlib import Path

from config.local.state import ROOT

LOCKS = ("base.txt", "engines.txt")
CUSTOMIZE = """
import sys


class NotInstalled:
    names = {names!r}

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"{{name}} is there for tests alone", name=name)


sys.meta_path.insert(0, NotInstalled())
"""


def environment(directory: Path) -> dict[str, str]:
    """For a process to be measured: it finds no module that only the tests' packages have."""
    locked = {_plain(name) for lock in LOCKS for name in _names((ROOT / "requirements" / lock).read_text())}
    only_here = {
        module
        for module, packages in packages_distributions().items()
        if not any(_plain(package) in locked for package in packages)
    }
    (directory / "sitecustomize.py").write_text(CUSTOMIZE.format(names=sorted(only_here - {"sitecustomize"})))
    return {"PYTHONPATH": str(directory)}


def _names(lock: str) -> list[str]:
    return re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
