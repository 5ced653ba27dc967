"""What a server has installed, and not what tests and checks bring along: some libraries load whatever they find."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath

from config.local.state import ROOT

LOCKS = ("base.txt", "engines.txt")
CUSTOMIZE = """
import sys


class NotInstalled:
    names = {names!r}

    def find_spec(self, name, path=None, target=None):
        if name in self.names:
            raise ModuleNotFoundError(f"{{name}} is there for tests alone", name=name)


sys.meta_path.insert(0, NotInstalled())
"""


def environment(directory: Path) -> dict[str, str]:
    """For a process to be measured: it finds no module that only the tests' packages have."""
    locked = {_plain(name) for lock in LOCKS for name in _names((ROOT / "requirements" / lock).read_text())}
    there: set[str] = set()
    only_here: set[str] = set()
    for package in distributions():
        (there if _plain(package.name) in locked else only_here).update(_modules(package))
    hidden = only_here - there - {"sitecustomize"}
    (directory / "sitecustomize.py").write_text(CUSTOMIZE.format(names=hidden))
    return {"PYTHONPATH": str(directory), "PYTHONDONTWRITEBYTECODE": ""}


def _modules(package: Distribution) -> Iterator[str]:
    """What it brings, each by its highest folder with code: `opentelemetry.sdk` beside others' `opentelemetry.proto`."""
    code = [PurePosixPath(file) for file in package.files or () if file.suffix in {".py", ".so"}]
    folders = {file.parent for file in code}
    for file in code:
        above = [each for each in reversed(file.parents) if each.name and each in folders]
        parts = above[0].parts if above else (file.name.partition(".")[0],)
        if ".." not in parts:
            yield ".".join(parts)


def _names(lock: str) -> list[str]:
    return re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
