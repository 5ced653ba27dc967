"""Installed by itself, or copied, the client works on a Python that has nothing else."""

import os
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from config.local.state import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
BARE = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


def says(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=BARE, capture_output=True, text=True, cwd="/")


def test_the_command_runs_in_a_venv_of_what_the_package_holds(tmp_path: Path):
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    site = next((tmp_path / "venv" / "lib").glob("python3*")) / "site-packages"
    for package in PROJECT["tool"]["setuptools"]["packages"]:
        source = ROOT.joinpath(*package.split("."))
        target = site.joinpath(*package.split("."))
        target.mkdir()
        for module in source.glob("*.py"):
            shutil.copy(module, target)
    module, function = PROJECT["project"]["scripts"]["pilotage"].split(":")
    script = tmp_path / "venv" / "bin" / "pilotage"
    script.write_text(f"#!{python} -I\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n")
    script.chmod(0o755)

    without_login, helped = says(script, "post", "m", "1"), says(script, "--help")

    assert says(python, "-Ic", "import django").returncode == 1
    assert (without_login.returncode, without_login.stderr) == (
        1,
        "pilotage: PILOTAGE_URL is not set. Set it, or run: pilotage login URL\n",
    )
    assert helped.stdout.startswith("usage: pilotage [-h] COMMAND ...")


def test_the_copied_folder_is_a_command_under_any_name(tmp_path: Path):
    shutil.copytree(
        ROOT / "pilots" / "client", tmp_path / "elsewhere", ignore=shutil.ignore_patterns("__pycache__")
    )

    answer = subprocess.run(
        [sys.executable, "-Sm", "elsewhere", "gate", "p"],
        env=BARE,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert (answer.returncode, answer.stderr[:36]) == (1, "pilotage: PILOTAGE_URL is not set. S")


def test_importing_it_loads_no_django():
    code = "import sys, pilots.client; print([m for m in sys.modules if m.split('.')[0] in ('django', 'config')])"

    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True) == "[]\n"


@pytest.mark.skipif(
    os.environ.get("CI") != "true", reason="builds with setuptools from the package index: in CI"
)
def test_pip_installs_it(tmp_path: Path):
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"

    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", ROOT], check=True)

    assert says(tmp_path / "venv" / "bin" / "pilotage", "--help").returncode == 0
