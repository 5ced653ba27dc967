import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from psycopg.errors import LockNotAvailable

LOCK = 7_061_110_116  # one number for all that bring this database to a version
LOOK_EVERY = 1.0  # seconds
LOCKS_WITHIN = "5s"


class Command(BaseCommand):
    help = "Brings the database to this version. Safe to start at the same time anywhere: one does it, the others wait."
    # The checks that read the database would find it without its tables.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--patience",
            type=float,
            default=600,
            help="seconds to wait for the database, and for whoever migrates",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        deadline = time.monotonic() + options["patience"]
        self._connect(deadline)
        self._lock(deadline)
        try:
            if self._is_behind():
                self._migrate(deadline, verbosity=options["verbosity"])
            else:
                self.stdout.write("The database is at this version.")
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

    def _migrate(self, deadline: float, *, verbosity: int) -> None:
        """A statement that waits for a lock makes everybody wait behind it: it gives up soon, and what it undid is tried
        again. Migrations that were done stay done."""
        while True:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCKS_WITHIN])
                call_command("migrate", interactive=False, verbosity=verbosity, stdout=self.stdout)
                return
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable):
                    raise
                if time.monotonic() > deadline:
                    raise CommandError(
                        "A table was in use all the time. Look for long transactions (pg_stat_activity), end them, then "
                        "start this one again: what is done stays done."
                    ) from error
                self.stdout.write("A table is in use: tried again in a moment.")
                time.sleep(LOOK_EVERY)
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("RESET lock_timeout")

    def _connect(self, deadline: float) -> None:
        while True:
            try:
                connection.ensure_connection()
                return
            except OperationalError as error:
                if time.monotonic() > deadline:
                    raise CommandError(f"The database does not answer: {error}") from error
                time.sleep(LOOK_EVERY)

    def _lock(self, deadline: float) -> None:
        """Asked again and again rather than waited for: a waiting statement would hold up concurrent index builds."""
        while True:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
                if cursor.fetchone() == (True,):
                    return
            if time.monotonic() > deadline:
                raise CommandError("Another start still migrates. See its log, then start this one again.")
            time.sleep(LOOK_EVERY)

    def _is_behind(self) -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
