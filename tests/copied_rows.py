"""What many tests begin with is made once in a test process, by the actions, and from then on copied row by row.

A copy has the keys of the first making. Sequences went past them then, so what a test makes beside it gets others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.core.cache import cache
from django.db import connection, models

from pilots.actions import sources

KEPT = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}
"""Tables of what migrations put in and no test changes: permissions, and the groups that have them."""

Made = TypeVar("Made", bound=models.Model)

# By database and maker: the statement that puts the rows back, and which of them is handed over.
_known: dict[tuple[str, Callable[[], object]], tuple[str, type[models.Model], int]] = {}


def copied(make: Callable[[], Made]) -> Callable[[], Made]:
    """Decorates what makes a row and all that it needs. A copy only where no pilot and no model is there yet that it
    could meet, and only of what was made in an empty database."""

    @wraps(make)
    def made_or_copied() -> Made:
        sources._written.clear()  # what this process remembers of an earlier test's pilot with that key
        key = (connection.settings_dict["NAME"], make)
        if key in _known:
            return _copied(*_known[key]) if _is_free() else make()  # type: ignore[return-value]
        beginning = filled_tables()
        made = make()
        if not beginning:
            _known[key] = _statement(), type(made), made.pk
        return made

    return made_or_copied


def filled_tables() -> list[str]:
    """The names of all that have rows, but KEPT; quoted."""
    quoted = [
        f'"{name}"'
        for name in sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    ]
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in quoted)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for (name,) in cursor.fetchall()]


def _is_free() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pilots_pilot) OR EXISTS (SELECT FROM evaluations_vendor)")
        (taken,) = cursor.fetchone()
    return not taken


def _copied(statement: str, kind: type[models.Model], pk: int) -> models.Model:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    cache.delete(f"judge:{pk}")  # an earlier test's
    return kind._default_manager.get(pk=pk)


def _statement() -> str:
    """Rows as PostgreSQL writes them itself: every type comes back as it was."""
    inserts = []
    with connection.cursor() as cursor:
        for table in filled_tables():
            cursor.execute(f"SELECT quote_literal(row::text) FROM {table} AS row")
            rows = ", ".join(f"({text}::{table})" for (text,) in cursor.fetchall())
            inserts.append(f"INSERT INTO {table} SELECT (made.row).* FROM (VALUES {rows}) AS made(row)")
    return "; ".join(inserts)
