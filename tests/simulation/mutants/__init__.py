"""Every guard of the judge, with the change that breaks it and the test that sees it."""

from __future__ import annotations

from tests.simulation.mutants import estimates, rules, statuses
from tests.simulation.mutation import Mutation

MUTATIONS: tuple[Mutation, ...] = rules.MUTATIONS + statuses.MUTATIONS + estimates.MUTATIONS
