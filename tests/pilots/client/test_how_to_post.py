"""The snippets of docs/how-to-post.md do what the page says, as they are written there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from config.local.state import ROOT
from pilots.models import Measurement
from tests.pilots.api.records import judged
from tests.pilots.client.line import Line

PAGE = (ROOT / "docs" / "how-to-post.md").read_text()


def snippet(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found.group(1)


def units() -> list[str]:
    return list(Measurement.objects.order_by("id").values_list("unit_id", flat=True))


@pytest.mark.django_db(transaction=True)
def test_the_shell_snippet_posts_once_however_often_it_runs(signed_in: str):
    for _ in range(2):
        subprocess.run(["sh", "-ec", snippet("sh post")], check=True, capture_output=True)

    assert units() == ["contract-17"]


@pytest.mark.django_db(transaction=True)
def test_the_lines_of_the_command_work(signed_in: str, pilot: object, home: Path):
    judged(pilot, flag="extend", reason="Because.")  # type: ignore[arg-type]
    (home / "rows.csv").write_text("metric,value,unit_id\nreview_minutes,2.5,from-a-file\n")
    (home / "pilotage").write_text(f'#!/bin/sh\nexec {sys.executable} -m pilots.client "$@"\n')
    (home / "pilotage").chmod(0o755)
    environment = os.environ | {"PATH": f"{home}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        ["sh", "-ec", snippet("sh command")], cwd=home, env=environment, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (0, "1 posted\n1 posted\n1 posted\nextend: Because.\n")
    assert units() == ["contract-18", "contract-19", "from-a-file"]


@pytest.mark.django_db(transaction=True)
def test_the_python_snippet_posts(signed_in: str, line: Line):
    exec(snippet("python"), {})

    assert units() == ["contract-20", "contract-20"]
    assert Measurement.objects.latest("id").segment == "long contracts"


def test_each_command_of_the_workflow_is_one_that_exists():
    from pilots.client.command import _parser

    lines = [step["run"].split() for step in yaml.safe_load(snippet("yaml"))["jobs"]["rollout"]["steps"]]

    parsed = [
        _parser().parse_args([part.strip('"') for part in line[1:]])
        for line in lines
        if line[0] == "pilotage"
    ]
    assert [options.act.__name__ for options in parsed] == ["_post", "_gate"]
