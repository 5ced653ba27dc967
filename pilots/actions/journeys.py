"""Several statements in one journey to the database: all are sent, then all answers are read.

A pipeline of psycopg waits for the socket after each statement, and makes a journey of its own for BEGIN; a thread that waits
lets others have the interpreter, and then has to get it back. For a small post that was half of what storing it took
(docs/adr/0022). Adapters, generators and errors are psycopg's.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Connection, abc, errors, generators, pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq.abc import PGconn, PGresult

Asked = tuple[str, Sequence[Any] | Mapping[str, Any]]
Answer = list[tuple[Any, ...]]

PLACE = re.compile(r"%\((\w+)\)s|%s|%%")
MOST_PLANS = 500
"""That a connection keeps. What is asked beyond them is planned each time."""

_plans: WeakKeyDictionary[Connection[Any], dict[tuple[bytes, tuple[int, ...]], bytes]] = WeakKeyDictionary()
"""By connection, the names of the statements it has prepared, by text and types."""

_numbers = count()


def journey(
    connection: Connection[Any],
    asked: Sequence[Asked],
    *,
    kept: bool = False,
    binary: bool = False,
    commit: bool = False,
) -> list[Answer]:
    """What each answers, empty for what answers nothing. They are worked on in order; the first that fails ends the others.

    Begins a transaction unless one is open or the connection commits by itself; `commit` ends it. `kept`: plans are made once
    for a connection. Raises psycopg's errors. A connection that was interrupted on the way is closed.
    """
    adapted: abc.Transformer = Transformer(connection)
    written = [_Written(adapted, *each) for each in asked]
    known = _plans.setdefault(connection, {})
    new: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
    server = connection.pgconn
    with connection.lock:
        server.enter_pipeline_mode()
        try:
            before = 0
            if not connection.autocommit and server.transaction_status == pq.TransactionStatus.IDLE:
                server.send_query_params(b"BEGIN", None)
                before = 1
            for each in written:
                if kept and each.key not in known and each.key not in new and len(known) < MOST_PLANS:
                    new[each.key] = b"_kept_%d" % next(_numbers)
                    server.send_prepare(new[each.key], each.text, param_types=each.types)
                    each.answered = 2
                each.send(server, known.get(each.key) or new.get(each.key), binary=binary)
            if commit:
                server.send_query_params(b"COMMIT", None)
            server.pipeline_sync()
            expected = before + sum([each.answered for each in written]) + commit + 1
            results = connection.wait(_results(server, expected))
        except BaseException:
            connection.close()
            raise
        server.exit_pipeline_mode()
    for result in results:
        if result.status == pq.ExecStatus.FATAL_ERROR:
            raise errors.error_from_result(result)
    known |= new
    answers, at = [], before
    for each in written:
        at += each.answered
        answers.append(_rows(adapted, results[at - 1]))
    return answers


class _Written:
    """A statement as it goes to the server. `answered`: how many results come back."""

    __slots__ = ("answered", "formats", "key", "parameters", "text", "types")

    def __init__(
        self, adapted: abc.Transformer, statement: str, parameters: Sequence[Any] | Mapping[str, Any]
    ) -> None:
        self.text, names = _numbered(statement)
        values = [parameters[name] for name in names]  # type: ignore[index]
        self.parameters = adapted.dump_sequence(values, [PyFormat.AUTO] * len(values))
        self.types = adapted.types or ()
        self.formats = adapted.formats
        self.key = (self.text, self.types)
        self.answered = 1

    def send(self, server: PGconn, name: bytes | None, *, binary: bool) -> None:
        shape = pq.Format.BINARY if binary else pq.Format.TEXT
        if name is None:
            server.send_query_params(self.text, self.parameters, self.types, self.formats, shape)
        else:
            server.send_query_prepared(name, self.parameters, self.formats, shape)


@lru_cache(maxsize=500)
def _numbered(statement: str) -> tuple[bytes, tuple[int | str, ...]]:
    """With `$1` in the place of `%s` or `%(name)s`, and what stands there: positions or names."""
    names: list[int | str] = []

    def numbered(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return "%"
        name = place[1] or len(names)
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return PLACE.sub(numbered, statement).encode(), tuple(names)


def _results(server: PGconn, expected: int) -> abc.PQGen[list[PGresult]]:
    yield from generators.send(server)
    results: list[PGresult] = []
    for _ in range(expected):
        results += yield from generators.fetch_many(server)
    return results


def _rows(adapted: abc.Transformer, result: PGresult) -> Answer:
    if result.status != pq.ExecStatus.TUPLES_OK:
        return []
    adapted.set_pgresult(result)
    return adapted.load_rows(0, result.ntuples, tuple)
