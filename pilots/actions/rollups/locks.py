"""Who may add to the statistics of a pilot at the same time.

Batches of known configurations share the pilot. Whatever changes which epoch a row belongs to (a fingerprint that is
new or turns out to be older) and every rebuild has the pilot alone. Taken first in a transaction, before any row lock.
"""

from pilots.actions import server_bound

CLASS = 0x50_4C_54  # "PLT": keeps our advisory locks apart from anybody else's


SHARED = "SELECT pg_advisory_xact_lock_shared(%s, %s)"
ALONE = "SELECT pg_advisory_xact_lock(%s, %s)"


def share(pilot_id: int) -> None:
    server_bound.execute(SHARED, key(pilot_id), often=True)


def alone(pilot_id: int) -> None:
    server_bound.execute(ALONE, key(pilot_id), often=True)


def key(pilot_id: int) -> list[int]:
    """What SHARED and ALONE lock."""
    return [CLASS, pilot_id % 2**31]
