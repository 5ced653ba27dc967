"""Each guard of the judge, broken on purpose, is seen by the test named for it: some here, all with
`python -m tests.simulation --mutations`."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from tests.simulation import mutation
from tests.simulation.mutants import MUTATIONS
from tests.simulation.mutation import ROOT

SAMPLED = (
    "rule 2",
    "a rule that raises blocks GO",
    "undecided is never GO",
    "a breach latches",
    "pay-back on the lower bound",
)


def test_every_mutation_still_fits_its_source():
    assert [mutant.guard for mutant in MUTATIONS if not mutant.fits] == []


def test_every_guard_has_a_name_of_its_own():
    assert len({mutant.guard for mutant in MUTATIONS}) == len(MUTATIONS)


def test_every_rule_has_a_mutation():
    guards = {mutant.guard for mutant in MUTATIONS}

    assert {f"rule {number}" for number in range(1, 10)} <= guards


def test_a_sample_of_mutations_is_caught_by_the_tests_named_for_them():
    command = [sys.executable, "-m", "tests.simulation", "--mutations", "--only", *SAMPLED]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == f"{len(SAMPLED)} of {len(SAMPLED)} mutations caught"


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ({None: 0, "a breach latches": 1}, []),
        ({None: 0, "a breach latches": 0}, ["passes all the same"]),
        ({None: 0, "a breach latches": 4}, ["could not run (pytest exit code 4)"]),
        ({None: 1}, ["fails already"]),
    ],
)
def test_only_a_test_that_fails_because_of_the_mutation_has_caught_it(monkeypatch, codes, told):
    mutant = next(found for found in MUTATIONS if found.guard == "a breach latches")
    monkeypatch.setattr(mutation, "exit_code", lambda broken, tests: codes[broken.guard if broken else None])

    found = mutation.survivors([mutant])

    assert len(found) == len(told)
    assert all(words in sentence for words, sentence in zip(told, found, strict=True))


def test_a_mutation_whose_text_is_gone_is_told(monkeypatch):
    gone = replace(MUTATIONS[0], old="this was never written")
    monkeypatch.setattr(mutation, "exit_code", lambda broken, tests: 0)

    assert "no longer holds this text exactly once" in mutation.survivors([gone])[0]
