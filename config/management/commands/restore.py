from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import backup
from pilots.models import Pilot
from pilots.queries import chains


class Command(BaseCommand):
    help = (
        "Fills an empty database from an archive of `backup`, proves rows and evidence chains against its manifest, and"
        " brings it to this version. Exit code 1 when anything differs."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backup.restore(options["archive"])
        except backup.BackupFailed as error:
            raise CommandError(str(error)) from error
        wrong = backup.differences(manifest)
        call_command("migrate_once", stdout=self.stdout, verbosity=0)
        for pilot in Pilot.objects.order_by("slug"):
            wrong += [f"{pilot.slug}: {difference}" for difference in chains.verify(pilot).differences]
        for each in wrong:
            self.stderr.write(each)
        if wrong:
            raise CommandError(
                "The restored database is not what was backed up; see above. Do not work with it."
            )
        self.stdout.write(
            f"{sum(manifest.rows.values())} rows and {len(manifest.chains)} evidence chains of {manifest.made_at} are back,"
            " each as it was."
        )
