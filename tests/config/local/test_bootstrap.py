"""What a machine may lack is told in one line, before anything is installed."""

import subprocess
import sys
from collections import namedtuple

import pytest

from config.local import bootstrap


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "LOG", str(tmp_path / "var" / "log" / "packages.log"))
    return tmp_path


def told(call, *arguments):
    with pytest.raises(SystemExit) as raised:
        call(*arguments)
    return raised.value.code


def test_an_old_python_is_told_which_one_is_needed(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))

    assert told(bootstrap.check_python) == (
        "\npilotage: Python 3.11 or newer is needed, this is 3.9. Name another: make run PYTHON=python3.11"
    )


def test_a_missing_venv_module_is_told_with_its_package(monkeypatch):
    monkeypatch.setattr(bootstrap, "find_spec", lambda name: None)

    assert told(bootstrap.check_python) == (
        "\npilotage: Python's venv module is missing. Install it: sudo apt-get install python3-venv"
    )


def test_a_full_disk_is_told_before_the_download(checkout, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda path: usage(free=300 * 2**20))

    assert told(bootstrap.check_place) == (
        f"\npilotage: The disk is nearly full: 300 MB free at {checkout}, 2000 MB needed. Free some space and try again"
    )


def test_a_directory_of_somebody_else_is_told(checkout, monkeypatch):
    monkeypatch.setattr(bootstrap.os, "access", lambda path, mode: False)

    assert told(bootstrap.check_place) == (
        f"\npilotage: {checkout} cannot be written. Run as the owner of the checkout, "
        "or give it to yourself: sudo chown -R $USER ."
    )


def test_a_disk_that_fills_up_while_installing_is_told(checkout):
    bootstrap.check_place()

    assert told(bootstrap.run, ["sh", "-c", "echo 'error: No space left on device'; exit 1"]) == (
        "\npilotage: The disk is full. Free some space and try again; the next start goes on from here"
    )


def test_packages_that_cannot_be_had_are_told_by_the_last_line(checkout):
    bootstrap.check_place()

    assert told(bootstrap.run, ["sh", "-c", "echo error; echo ' dns failed'; exit 1"]) == (
        f"\npilotage: The packages could not be installed: dns failed (all of it in {bootstrap.LOG}). Is the network up?"
    )


def test_what_the_tests_need_stays_when_the_instance_starts(checkout, monkeypatch):
    commands = record_installs(checkout, monkeypatch)
    bootstrap.sync(["base", "engines", "dev"])
    (checkout / "requirements" / "base.txt").write_text("changed")

    bootstrap.sync(["base", "engines"])

    assert [command[1:3] for command in commands] == [["venv", "--clear"], ["pip", "sync"], ["pip", "sync"]]
    assert [path.rpartition("/")[2] for path in commands[-1][-3:]] == ["base.txt", "engines.txt", "dev.txt"]


def test_nothing_is_installed_when_nothing_changed(checkout, monkeypatch):
    commands = record_installs(checkout, monkeypatch)
    bootstrap.sync(["base", "engines", "dev"])
    commands.clear()

    bootstrap.sync(["base", "engines"])

    assert commands == []


def test_an_installation_that_was_cut_short_is_begun_anew(checkout, monkeypatch):
    commands = record_installs(checkout, monkeypatch)
    bootstrap.sync(["base", "engines"])
    bootstrap.write_stamp(bootstrap.VENV, {"state": bootstrap.BUSY, "sets": ["base", "engines"]})
    commands.clear()

    bootstrap.sync(["base", "engines"])

    assert [command[1:3] for command in commands] == [["venv", "--clear"], ["pip", "sync"]]


def test_it_runs_on_the_standard_library_alone():
    shown = subprocess.run(
        [sys.executable, "-I", "-S", bootstrap.__file__, "dev"], capture_output=True, text=True, check=True
    )

    assert shown.stdout.startswith("Python packages ... ready in ")


def record_installs(checkout, monkeypatch):
    """The commands that would be run, instead of running them; a venv that is made stands as a directory."""
    (checkout / "requirements").mkdir()
    for name in ("base", "engines", "dev"):
        (checkout / "requirements" / f"{name}.txt").write_text(name)
    commands = []

    def note(command):
        commands.append(command)
        (checkout / ".venv").mkdir(exist_ok=True)

    monkeypatch.setattr(bootstrap, "run", note)
    monkeypatch.setattr(bootstrap, "works", lambda: (checkout / ".venv").exists())
    return commands
