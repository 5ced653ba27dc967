"""Break each guard of the judge on purpose: a named test must see it.

A mutation replaces one piece of source in memory, in a process of its own, and runs the one test that is named for
it. Caught means that this test fails; an import that fails, or a test that is not found, does not count.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLAIN = (
    "-c",
    os.devnull,
    "--rootdir",
    str(ROOT),
    "--import-mode=importlib",
    "--noconftest",
    "-p",
    "no:cacheprovider",
)
"""The judging tests need no engine, no Django and no plugin of pytest."""

FAILED, PASSED = 1, 0
"""Exit codes of pytest; all others mean that nothing was tested."""


@dataclass(frozen=True)
class Mutation:
    """`old` occurs exactly once in the source of `module`. `caught_by` is a pytest id below tests/."""

    guard: str
    module: str
    old: str
    new: str
    caught_by: str

    @property
    def path(self) -> Path:
        return ROOT.joinpath(*self.module.split(".")).with_suffix(".py")

    @property
    def fits(self) -> bool:
        return self.path.read_text().count(self.old) == 1


class _Loader(SourceFileLoader):
    def __init__(self, mutation: Mutation) -> None:
        super().__init__(mutation.module, str(mutation.path))
        self.mutation = mutation

    def get_code(self, fullname: str) -> CodeType:
        source = self.mutation.path.read_text().replace(self.mutation.old, self.mutation.new)
        return compile(source, self.path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def __init__(self, mutation: Mutation) -> None:
        self.mutation = mutation

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.mutation.module:
            return None
        return importlib.util.spec_from_file_location(
            fullname, self.mutation.path, loader=_Loader(self.mutation)
        )


def survivors(mutations: Sequence[Mutation]) -> list[str]:
    """What is wrong, one sentence each; empty when every mutation is caught. Takes about a second for each."""
    tests = sorted({mutation.caught_by for mutation in mutations})
    if exit_code(None, tests) != PASSED:
        return [f"without any mutation one of these fails already: {' '.join(tests)}"]
    found = []
    for mutation in mutations:
        began = time.monotonic()
        wrong = _wrong(mutation)
        if wrong:
            found.append(wrong)
        word = "SURVIVED" if wrong else "caught  "
        print(
            f"{word} {time.monotonic() - began:5.1f} s  {mutation.guard}  ←  {mutation.caught_by}", flush=True
        )
    return found


def main(guards: Sequence[str]) -> int:
    """All mutations, or those whose guard is named. Exit code 1 when one survives."""
    from tests.simulation.mutants import MUTATIONS

    chosen = [mutation for mutation in MUTATIONS if not guards or mutation.guard in guards]
    wrong = survivors(chosen) if chosen else ["no such guard"]
    print(f"{len(chosen) - len(wrong)} of {len(chosen)} mutations caught", *wrong, sep="\n")
    return 1 if wrong else 0


def _wrong(mutation: Mutation) -> str:
    if not mutation.fits:
        return f"{mutation.guard}: {mutation.module} no longer holds this text exactly once: {mutation.old!r}"
    code = exit_code(mutation, [mutation.caught_by])
    if code == FAILED:
        return ""
    why = "passes all the same" if code == PASSED else f"could not run (pytest exit code {code})"
    return f"{mutation.guard}: {mutation.caught_by} {why}"


def exit_code(mutation: Mutation | None, tests: Sequence[str]) -> int:
    """Of pytest, in a process of its own with this mutation in place (None: the source as it is)."""
    process = multiprocessing.get_context("fork").Process(target=_test, args=(mutation, tests))
    process.start()
    process.join()
    return process.exitcode if process.exitcode is not None else -1


def _test(mutation: Mutation | None, tests: Sequence[str]) -> None:
    """In the child: forget what is imported of the product, put the mutation in its place, run the tests."""
    for name in [name for name in sys.modules if name.split(".")[0] in ("pilots", "evaluations", "tests")]:
        del sys.modules[name]
    if mutation is not None:
        sys.meta_path.insert(0, _Finder(mutation))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.chdir(ROOT)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os._exit(int(pytest.main([*PLAIN, *tests])))
