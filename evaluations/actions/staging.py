"""Cases on their way into the database: a table of this transaction alone, filled by COPY, so that memory stays flat."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

CREATE = """
CREATE TEMPORARY TABLE incoming_cases (
    row_number integer, key text COLLATE "C", content text
) ON COMMIT DROP
"""
DUPLICATES = """
SELECT row_number, key, first FROM (
    SELECT row_number, key, min(row_number) OVER (PARTITION BY key) AS first FROM incoming_cases
) AS seen WHERE row_number <> first ORDER BY row_number LIMIT %s
"""
MOVE = """
INSERT INTO evaluations_case (
    version_id, key, input, expected, scenario, must_abstain, provenance, tags, unit_id, messages, variables
)
SELECT %s, key, c ->> 'input', c -> 'expected', c ->> 'scenario', (c -> 'must_abstain')::boolean, c ->> 'provenance',
    coalesce(c -> 'tags', '[]'), coalesce(c ->> 'unit_id', ''), coalesce(c -> 'messages', '[]'),
    coalesce(c -> 'variables', '{}')
FROM (SELECT key, content::jsonb AS c FROM incoming_cases ORDER BY key) AS ordered
"""
BATCH = 1000


@contextmanager
def opened() -> Iterator[Callable[[int, str, str], None]]:
    """A function that takes a row's number, the case's key and its content as canonical JSON. Inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.incoming_cases")
        cursor.execute(CREATE)
        with cursor.copy("COPY incoming_cases FROM STDIN") as copy:
            yield lambda row, key, content: copy.write_row((row, key, content))


def duplicates(most: int) -> list[tuple[int, str, int]]:
    """Rows whose key stands in an earlier one: the row, the key, the earlier row."""
    with connection.cursor() as cursor:
        cursor.execute(DUPLICATES, [most])
        return list(cursor.fetchall())


def contents() -> Iterator[str]:
    """All contents in order of their keys, a thousand at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT content FROM incoming_cases ORDER BY key")
        while rows := cursor.fetchmany(BATCH):
            for (content,) in rows:
                yield content


def move_to(version_id: int) -> None:
    """They become the cases of that version."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [version_id])
