"""Who may add to the statistics of a pilot at the same time.

Batches of known configurations share the pilot. Whatever changes which epoch a row belongs to (a fingerprint that is
new or turns out to be older) and every rebuild has the pilot alone. Taken first in a transaction, before any row lock.
"""

from django.db import connection

CLASS = 0x50_4C_54  # "PLT": keeps our advisory locks apart from anybody else's


def share(pilot_id: int) -> None:
    _take("SELECT pg_advisory_xact_lock_shared(%s, %s)", pilot_id)


def alone(pilot_id: int) -> None:
    _take("SELECT pg_advisory_xact_lock(%s, %s)", pilot_id)


def _take(statement: str, pilot_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [CLASS, pilot_id % 2**31])
