import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_threat_names_a_test_that_exists() -> None:
    lines = [line for line in (ROOT / "SECURITY.md").read_text().splitlines() if line.startswith("| ")][1:]
    named = {
        line: re.findall(r"`((?:tests|requirements)/[\w/.]+)`", line.rsplit("|", 2)[1]) for line in lines
    }

    assert len(named) > 15
    assert [line for line, tests in named.items() if not tests] == []
    assert [path for tests in named.values() for path in tests if not (ROOT / path).exists()] == []
