"""A pilot that PostgreSQL has no figures of yet is folded by hashing: row by row it took minutes for 100,000 measurements."""

import pytest
from django.db import connection, transaction

from pilots.actions.rollups import folding
from tests.factories import make_running_pilot


@pytest.mark.django_db
@pytest.mark.parametrize(("statement", "loops"), [(folding.FOLD, 0), (folding.FOLD_HISTOGRAMS, 1)])
def test_the_rows_of_a_fold_are_joined_by_their_whole_key(statement: str, loops: int) -> None:
    """A row with its own bins is a loop as well, and one that stays as short as the row."""
    pilot = make_running_pilot()

    with transaction.atomic(), folding._by_hashing(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {statement}", {"pilot": pilot.pk})
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert ("Hash Join" in plan, "Merge Join" in plan) == (True, False)
    assert plan.count("Nested Loop") == plan.count("Function Scan on each") == loops


@pytest.mark.django_db
def test_other_statements_are_planned_as_before() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        with folding._by_hashing():
            pass
        cursor.execute("SELECT current_setting('enable_nestloop'), current_setting('enable_mergejoin')")

        assert cursor.fetchone() == ("on", "on")
