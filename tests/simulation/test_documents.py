"""The figures that the documents quote are those of the table that the simulation wrote."""

from __future__ import annotations

from tests.simulation.__main__ import TABLE
from tests.simulation.catalogue import SCENARIOS
from tests.simulation.mutants import MUTATIONS

METHOD = TABLE.with_name("judgement.md")


def rows(text: str) -> list[str]:
    """Lines of measured figures: they start with the number of a scenario."""
    return [line for line in text.splitlines() if line.startswith("| ") and line[2].isdigit()]


def test_every_measured_row_of_the_method_is_a_row_of_the_table():
    quoted = rows(METHOD.read_text())

    assert len(quoted) >= 10
    assert [row for row in quoted if row not in rows(TABLE.read_text())] == []


def test_the_table_has_every_claim_of_every_scenario_and_none_that_fails():
    written = rows(TABLE.read_text())

    claims = sum(len(scenario.claims) for scenario in SCENARIOS)
    assert len(written) == claims + 1  # two processes at once are a row of their own
    assert [row for row in written if "**NO**" in row] == []


def test_the_method_counts_its_mutations():
    assert f"({len(MUTATIONS)} changes: " in METHOD.read_text()
