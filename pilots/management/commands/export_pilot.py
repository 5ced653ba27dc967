from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pilots.actions import transfer
from pilots.models import Pilot


class Command(BaseCommand):
    help = "Writes a whole pilot into an archive for `import_pilot` of another instance: its record, and no secret."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("archive", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        pilot, path = Pilot.objects.filter(slug=options["slug"]).first(), options["archive"]
        if pilot is None:
            raise CommandError(
                f"There is no pilot {options['slug']}. Its slug is in the address of its page."
            )
        if path.exists():
            raise CommandError(f"{path} exists. Name another file, or remove it.")
        half = path.with_suffix(".half")
        try:
            with half.open("wb") as file:
                half.chmod(0o600)
                rows = transfer.leave(pilot, file, now=timezone.now())
            half.replace(path)
        except transfer.TransferRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        finally:
            half.unlink(missing_ok=True)
        self.stdout.write(
            f"{path}: {sum(rows.values())} rows of {len(rows)} tables. Names and texts are in it."
        )
