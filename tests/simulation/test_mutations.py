"""Each guard of the judge, broken on purpose, is seen by the test named for it: some here, all with
`python -m tests.simulation --mutations`."""

from __future__ import annotations

import subprocess
import sys

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
    assert [mutation.guard for mutation in MUTATIONS if not mutation.fits] == []


def test_every_guard_has_a_name_of_its_own():
    assert len({mutation.guard for mutation in MUTATIONS}) == len(MUTATIONS)


def test_every_rule_has_a_mutation():
    guards = {mutation.guard for mutation in MUTATIONS}

    assert {f"rule {number}" for number in range(1, 10)} <= guards


def test_a_sample_of_mutations_is_caught_by_the_tests_named_for_them():
    command = [sys.executable, "-m", "tests.simulation", "--mutations", "--only", *SAMPLED]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == f"{len(SAMPLED)} of {len(SAMPLED)} mutations caught"


def test_a_mutation_that_no_test_sees_is_told():
    command = [sys.executable, "-m", "tests.simulation", "--mutations", "--only", "no guard of this name"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1
