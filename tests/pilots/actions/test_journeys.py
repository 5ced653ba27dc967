"""Statements that go to the database together, below Django's cursors."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, ProgrammingError, connection, transaction
from psycopg import generators

from pilots.actions import server_bound

MOMENT = datetime(2026, 3, 2, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


def prepared() -> int:
    return int(server_bound.execute("SELECT count(*) FROM pg_prepared_statements", [])[0][0])


@pytest.mark.parametrize("often", [False, True])
def test_parameters_arrive_as_they_are_and_answers_come_back_in_order(often: bool) -> None:
    values = {
        "whole": 7,
        "text": "50 %s",
        "none": None,
        "moment": MOMENT,
        "exact": Decimal("0.10"),
        "many": [1, 2],
    }
    statement = (
        "SELECT %(whole)s + 1, %(text)s || '%%', %(none)s::text, %(moment)s::timestamptz, %(exact)s::numeric,"
        " %(many)s::bigint[], %(whole)s"
    )

    assert server_bound.execute(statement, values, often=often) == [
        (8, "50 %s%", None, MOMENT, Decimal("0.10"), [1, 2], 7)
    ]
    assert server_bound.together(
        ("SELECT %s::int", [1]), ("SET statement_timeout = 0", []), ("VALUES (2), (3)", [])
    ) == [
        [(1,)],
        [],
        [(2,), (3,)],
    ]


def test_numbers_and_moments_are_the_same_in_binary() -> None:
    answers = server_bound.by_one_plan(
        ("SELECT %s::numeric, %s::timestamptz, %s::bigint", [Decimal("1.50"), MOMENT, 9])
    )

    assert answers == [[(Decimal("1.50"), MOMENT, 9)]]


def test_plans_are_made_once_for_a_connection_and_only_where_they_are_asked_for() -> None:
    server_bound.together(("SELECT %s::int", [1]))
    before = prepared()

    server_bound.together(("SELECT %s::int", [2]), ("SELECT %s::int", [3]))
    server_bound.execute("SELECT %s::int + 40", [2])

    assert prepared() == before


def test_the_first_that_fails_ends_the_others_and_the_connection_goes_on() -> None:
    with pytest.raises(DataError, match="division by zero"):
        server_bound.together(
            ("SELECT %s::int", [1]), ("SELECT 1 / %s::int", [0]), ("SELECT no_such_thing", [])
        )

    assert server_bound.together(("SELECT 1 / %s::int", [1])) == [[(1,)]]


def test_a_statement_that_cannot_be_planned_is_planned_anew_the_next_time() -> None:
    statement = "SELECT count(*) FROM made_later WHERE id = %s"
    with pytest.raises(ProgrammingError, match="made_later"):
        server_bound.together((statement, [1]))

    with transaction.atomic():
        server_bound.together(("CREATE TABLE made_later (id int)", []), (statement, [1]))
        transaction.set_rollback(True)
    server_bound.together(("CREATE TABLE made_later (id bigint)", []))

    assert server_bound.together((statement, [1]), ("DROP TABLE made_later", [])) == [[(0,)], []]


def test_what_is_asked_in_a_transaction_is_part_of_it() -> None:
    numbered = ("SELECT pg_current_xact_id()::text", [])

    with transaction.atomic():
        first = server_bound.together(numbered)
        with connection.cursor() as cursor:
            cursor.execute(numbered[0])
            second = cursor.fetchall()

    assert first == [second]
    assert server_bound.together(numbered) != [second]


def test_a_connection_that_was_interrupted_is_given_up_and_the_next_one_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(server: Any) -> Iterator[Any]:
        raise KeyboardInterrupt
        yield

    with monkeypatch.context() as patch:
        patch.setattr(generators, "fetch_many", interrupted)
        with pytest.raises(KeyboardInterrupt):
            server_bound.together(("SELECT %s::int", [1]))

    assert server_bound.is_lost()
    assert server_bound.at_first(("SELECT %s::int", [2])) == [[(2,)]]
