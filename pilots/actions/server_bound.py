"""Statements with parameters bound by the server: lists of thousands are not written into the text of the statement."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import msgspec
from django.db import InterfaceError, OperationalError, connection
from psycopg import Cursor

Asked = tuple[str, Sequence[Any] | Mapping[str, Any]]
PLANNER = "SELECT set_config('plan_cache_mode', %s, false), set_config('enable_seqscan', %s, false)"


def execute(
    statement: str, parameters: Sequence[Any] | Mapping[str, Any], *, often: bool = False
) -> list[tuple[Any, ...]]:
    """What it answers; nothing where it answers nothing. Raises Django's database errors.

    `often`: the connection keeps its plan, which for the statements of a small post takes longer to make than to follow.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(statement, parameters, prepare=often)
        return cursor.fetchall() if cursor.description else []


def by_one_plan(*asked: Asked, by_index: bool = False) -> list[list[tuple[Any, ...]]]:
    """What each answers, in one journey, by plans made once for all parameters: for a statement of many parts PostgreSQL
    would else make a plan at each time, which takes longer than to follow it. Hundreds of instants and numbers come as
    they are, not written out. `by_index`: for few rows of tables that were small when the plan was made and are no more.
    Raises Django's database errors.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline(), ExitStack() as opened:
        before, *cursors, after = (
            opened.enter_context(Cursor(connection.connection)) for _ in range(len(asked) + 2)
        )
        before.execute(PLANNER, ["force_generic_plan", "off" if by_index else "on"])
        for cursor, (statement, parameters) in zip(cursors, asked, strict=True):
            cursor.execute(statement, parameters, prepare=True, binary=True)
        after.execute(PLANNER, ["auto", "on"])
        return [cursor.fetchall() for cursor in cursors]


def together(*asked: Asked) -> list[list[tuple[Any, ...]]]:
    """What each answers, in one journey to the database; they are worked on one after the other, and their plans kept.

    The first that fails ends the others. Raises Django's database errors.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline(), ExitStack() as opened:
        cursors = [opened.enter_context(Cursor(connection.connection)) for _ in asked]
        for cursor, (statement, parameters) in zip(cursors, asked, strict=True):
            cursor.execute(statement, parameters, prepare=True)
        return [cursor.fetchall() for cursor in cursors]


def told(*asked: Asked) -> None:
    """As `together`, of statements that answer nothing."""
    if len(asked) == 1:
        execute(*asked[0], often=True)
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline(), ExitStack() as opened:
        for statement, parameters in asked:
            cursor = opened.enter_context(Cursor(connection.connection))
            cursor.execute(statement, parameters, prepare=True)


def at_first(*asked: Asked) -> list[list[tuple[Any, ...]]]:
    """As `together`, for statements that may be asked twice, where a request begins. A connection that died since it was last
    used is replaced, which is found out on the way and not by a question of its own."""
    try:
        found = _answers(asked)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        found = _answers(asked)
    connection.health_check_done = True  # type: ignore[attr-defined]
    return found


def _answers(asked: Sequence[Asked]) -> list[list[tuple[Any, ...]]]:
    return [execute(*asked[0], often=True)] if len(asked) == 1 else together(*asked)


def numbers(values: Iterable[int | str]) -> str:
    """An array for a parameter that is cast, such as `%s::bigint[]`; of numbers or numbers as text."""
    return f"{{{','.join(map(str, values))}}}"


def instants(values: Iterable[datetime]) -> str:
    return f"{{{','.join(stamps(list(values)))}}}"


def stamps(values: list[datetime]) -> list[str]:
    """In ISO 8601, written all at once: a twentieth of the time that `isoformat` takes."""
    return msgspec.json.encode(values)[2:-2].decode().split('","')


def texts(values: Sequence[str]) -> str:
    """Quoted; what would end a quotation is escaped, which is looked for once."""
    joined = '","'.join(values)
    if "\\" in joined or joined.count('"') != max(len(values) - 1, 0) * 2:
        joined = '","'.join(value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return f'{{"{joined}"}}' if values else "{}"
