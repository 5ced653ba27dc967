from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config import backup


class Command(BaseCommand):
    help = "Copies the whole database into an archive, with a manifest that `restore` proves it by. Prints its path."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path, help="where archives are kept; made when it is not there")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            archive = backup.dump(options["directory"], now=timezone.now())
        except (backup.BackupFailed, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(archive))
