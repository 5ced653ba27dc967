from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pilots.actions import rollups
from pilots.models import Pilot


class Command(BaseCommand):
    help = "Counts measurements again from the rows and names each figure that differs. Exit code 1 when there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pilot", nargs="?", help="slug of one pilot; all pilots when left out")
        parser.add_argument(
            "--repair", action="store_true", help="make the statistics anew where they differ"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = [
            pilot.slug
            for pilot in self._pilots(options["pilot"])
            if not self._holds(pilot, repair=options["repair"])
        ]
        if wrong:
            advice = "They were made anew." if options["repair"] else "Run it again with --repair."
            raise CommandError(f"The statistics of {', '.join(wrong)} differ from the rows. {advice}")

    def _pilots(self, slug: str | None) -> list[Pilot]:
        started = Pilot.objects.exclude(state="draft").order_by("slug")
        if slug is None:
            return list(started)
        if found := list(started.filter(slug=slug)):
            return found
        raise CommandError(f"There is no started pilot {slug}. Its slug is in the address of its page.")

    def _holds(self, pilot: Pilot, *, repair: bool) -> bool:
        found = rollups.recount(pilot=pilot, now=timezone.now(), repair=repair)
        for difference in found.differences:
            self.stderr.write(f"{pilot.slug}: {difference}")
        if not found.differences:
            state = (
                "statistics hold" if found.answers else "read from the rows; there are no statistics to prove"
            )
            self.stdout.write(f"{pilot.slug}: {found.rows} rows, {state}")
        if found.unproven:
            self.stdout.write(f"{pilot.slug}: {found.unproven}")
        return not found.differences
