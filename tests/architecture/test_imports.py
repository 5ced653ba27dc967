import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_layers_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_no_drawer_without_a_name() -> None:
    forbidden = {"utils", "helpers", "common", "misc", "core"}

    found = [
        path.relative_to(ROOT)
        for app in ("accounts", "config", "evaluations", "pilots")
        for path in (ROOT / app).rglob("*")
        if path.stem in forbidden
        and not {"__pycache__", "unfold"} & set(path.parts)  # unfold names its own folders
    ]

    assert found == []
