from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pilots.actions import transfer


class Command(BaseCommand):
    help = (
        "Takes in a pilot from an archive of `export_pilot`, whole or not at all, and proves its evidence. Import only what"
        " comes from an instance that you trust: it says who signed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="do everything, then undo it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["archive"].open("rb") as file:
                found = transfer.arrive(file, now=timezone.now(), dry_run=options["dry_run"])
        except (OSError, transfer.TransferRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        would = "would be" if options["dry_run"] else "are"
        self.stdout.write(
            f"{found.slug}: {sum(found.rows.values())} rows {would} here, {found.records} records of evidence hold."
        )
        if found.placeholders:
            self.stdout.write(
                f"Nobody here has the e-mail of {', '.join(found.placeholders)}: stand-ins that cannot sign in were made."
            )
        self.stdout.write("Its tokens and routes did not come along, and its schedules are off.")
