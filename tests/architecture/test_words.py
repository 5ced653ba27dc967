"""Requirement R54: the pages speak of control, data, work and cost. A value word needs a metric that gives it a measure."""

import re

from config.local.state import ROOT

VALUE = re.compile(
    r"(?:\w+ ){0,2}\b(?:better|best|superior|smart|clever|powerful|innovative|revolutionary|ethical|moral|trustworthy"
    r"|amazing|cutting-edge|state-of-the-art)\b",
    re.IGNORECASE,
)
MARKUP = re.compile(r"{[%#].*?[%#]}|{{.*?}}|<[^>]+>", re.DOTALL)
MEASURED = {"plus is better"}
"""Of the change that a chart draws, in the unit of its metric."""


def test_no_page_says_better_or_smart_without_a_metric() -> None:
    templates = [
        path
        for app in ("accounts", "pilots", "evaluations", "config")
        for path in (ROOT / app).rglob("templates/**/*.html")
    ]

    found = {said for path in templates for said in VALUE.findall(MARKUP.sub(" ", path.read_text()))}

    assert len(templates) > 50
    assert found == MEASURED
