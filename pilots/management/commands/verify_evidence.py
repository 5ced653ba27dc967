from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pilots.models import Pilot
from pilots.queries import chains


class Command(BaseCommand):
    help = "Recomputes the evidence chains and names each difference. Exit code 1 when there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pilot", nargs="?", help="slug of one pilot; all pilots when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        pilots = Pilot.objects.order_by("slug")
        if slug := options["pilot"]:
            pilots = pilots.filter(slug=slug)
            if not pilots:
                raise CommandError(f"There is no pilot {slug}. Its slug is in the address of its page.")
        broken = 0
        for pilot in pilots:
            report = chains.verify(pilot)
            for difference in report.differences:
                self.stderr.write(f"{pilot.slug}: {difference}")
            broken += bool(report.differences)
            if not report.differences:
                self.stdout.write(f"{pilot.slug}: {report.records} records hold")
        if broken:
            raise CommandError(
                f"The evidence of {broken} pilot{'s' if broken > 1 else ''} does not hold; see above."
            )
