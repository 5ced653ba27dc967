"""Statements with parameters bound by the server: lists of thousands are not written into the text of the statement."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import InterfaceError, OperationalError, connection

from pilots.actions import journeys
from pilots.actions.journeys import Answer, Asked

PLANNER = "SELECT set_config('plan_cache_mode', %s, false), set_config('enable_seqscan', %s, false)"


def execute(statement: str, parameters: Sequence[Any] | Mapping[str, Any], *, often: bool = False) -> Answer:
    """What it answers; nothing where it answers nothing. Raises Django's database errors.

    `often`: the connection keeps its plan, which for the statements of a small post takes longer to make than to follow.
    """
    (answer,) = _answers([(statement, parameters)], kept=often)
    return answer


def by_one_plan(*asked: Asked, by_index: bool = False) -> list[Answer]:
    """What each answers, in one journey, by plans made once for all parameters: for a statement of many parts PostgreSQL
    would else make a plan at each time, which takes longer than to follow it. Hundreds of instants and numbers come as
    they are, not written out. `by_index`: for few rows of tables that were small when the plan was made and are no more.
    Raises Django's database errors.
    """
    before = (PLANNER, ["force_generic_plan", "off" if by_index else "on"])
    after = (PLANNER, ["auto", "on"])
    _, *answers, _ = _answers([before, *asked, after], kept=True, binary=True)
    return answers


def together(*asked: Asked) -> list[Answer]:
    """What each answers, in one journey to the database; they are worked on one after the other, and their plans kept.

    The first that fails ends the others. Raises Django's database errors.
    """
    return _answers(asked, kept=True)


def at_last(*asked: Asked) -> None:
    """As `together`, and the transaction ends with them unless it is another's: nothing more may be asked in it."""
    _answers(asked, kept=True, commit=connection.in_atomic_block and not connection.savepoint_ids)


def at_first(*asked: Asked) -> list[Answer]:
    """As `together`, for statements that may be asked twice, where a request begins. A connection that died since it was last
    used is replaced, which is found out on the way and not by a question of its own."""
    try:
        found = together(*asked)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        found = together(*asked)
    found_out_on_the_way()
    return found


def is_lost() -> bool:
    """Whether the connection of this thread died."""
    return connection.connection is None or bool(connection.connection.closed)


def found_out_on_the_way() -> None:
    """The next transaction asks no question of its own to see whether the connection still lives."""
    connection.health_check_done = True  # type: ignore[attr-defined]


def _answers(
    asked: Sequence[Asked], *, kept: bool, binary: bool = False, commit: bool = False
) -> list[Answer]:
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return journeys.journey(connection.connection, asked, kept=kept, binary=binary, commit=commit)


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
