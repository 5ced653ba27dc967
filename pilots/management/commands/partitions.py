from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pilots.actions import partitions, retirement
from pilots.actions.retirement import Kept


class Command(BaseCommand):
    help = "Makes the next months of the table of measurements, lists them, and retires old ones. Beat does so daily."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--retire", metavar="YYYY-MM", help="seal and drop this month, however old it is")
        parser.add_argument(
            "--retire-due",
            action="store_true",
            help="seal and drop what is older than MEASUREMENTS_KEPT_MONTHS",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        for month in partitions.make_ahead(now=now):
            self.stdout.write(f"{month:%Y-%m}: made")
        outcomes = []
        if options["retire"]:
            outcomes = [retirement.retire(month=_month(options["retire"]), now=now)]
        elif options["retire_due"]:
            outcomes = retirement.retire_due(now=now, months=settings.MEASUREMENTS_KEPT_MONTHS)
        for outcome in outcomes:
            said = f"kept, {outcome.reason}" if isinstance(outcome, Kept) else f"retired, {outcome.rows} rows"
            self.stdout.write(f"{outcome.month:%Y-%m}: {said}")
        if not outcomes:
            self.stdout.write(
                f"Months: {', '.join(f'{month:%Y-%m}' for month in sorted(partitions.existing()))}"
            )


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise CommandError("Name a month as YYYY-MM, such as 2026-11.") from None
