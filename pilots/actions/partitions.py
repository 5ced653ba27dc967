"""The months of the table of measurements: made ahead, made when a row of another month comes."""

from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime

from django.db import connection

from pilots.models import RetiredMonth

AHEAD = 3
"""Months that are there before their first row."""

LOCK = 0x50_4C_50
EXISTING = """
SELECT substring(c.relname FROM 20) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'pilots_measurement'::regclass
"""

_known: set[tuple[str, date]] = set()
"""Months that this process has seen, by database. One that was retired meanwhile refuses rows itself; see `forget`."""


def first_day(at: datetime) -> date:
    return at.astimezone(UTC).date().replace(day=1)


def cover(moments: Iterable[datetime]) -> set[date]:
    """Makes the months of these moments where they are missing; returns those that were retired and stay so.

    To be called before the caller takes any lock. No query for months seen before.
    """
    months = {(at.year, at.month) for at in moments}
    database = connection.settings_dict["NAME"]
    new = {date(year, month, 1) for year, month in months if (database, date(year, month, 1)) not in _known}
    if not new:
        return set()
    retired = set(RetiredMonth.objects.filter(month__in=new).values_list("month", flat=True))
    missing = new - retired - existing()
    if missing:
        make(missing)
    _known.update((database, month) for month in new - retired)
    return retired


def forget() -> None:
    """A month that was thought to be there is not any more: look again."""
    _known.clear()


def existing() -> set[date]:
    with connection.cursor() as cursor:
        cursor.execute(EXISTING)
        return {date(int(name[:4]), int(name[5:]), 1) for (name,) in cursor.fetchall()}


def make_ahead(*, now: datetime) -> list[date]:
    """This month and the next ones; returns those that were missing."""
    month = first_day(now)
    wanted = [month]
    for _ in range(AHEAD):
        wanted.append(after(wanted[-1]))
    missing = sorted(set(wanted) - existing())
    make(missing)
    return missing


def make(months: Iterable[date]) -> None:
    """On a connection aside, so that nobody waits for a batch that is under way. Attaching keeps neither readers nor
    writers waiting, as CREATE TABLE … PARTITION OF would."""
    with closing(connection.copy()) as aside, aside.cursor() as cursor:
        for month in sorted(months):
            name = table(month)
            cursor.execute(
                f"""
                BEGIN;
                SELECT pg_advisory_xact_lock({LOCK});
                DO $$ BEGIN
                    IF to_regclass('{name}') IS NULL THEN
                        CREATE TABLE {name} (LIKE pilots_measurement INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
                        ALTER TABLE pilots_measurement ATTACH PARTITION {name}
                            FOR VALUES FROM ('{month} 00:00:00+00') TO ('{after(month)} 00:00:00+00');
                    END IF;
                END $$;
                COMMIT;
                """  # noqa: S608  a name and dates of our own
            )


def table(month: date) -> str:
    return f"pilots_measurement_{month:%Y_%m}"


def before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
