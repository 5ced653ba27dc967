from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pilots.actions import tokens
from pilots.actions.refusals import Refused
from pilots.models import Pilot
from pilots.models.token import Scope


class Command(BaseCommand):
    help = "Make a token for scripts and print it, alone, on standard output. It cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pilot", action="append", default=[], metavar="SLUG", help="may be repeated")
        parser.add_argument("--all-pilots", action="store_true", help="good for every pilot, also later ones")
        parser.add_argument(
            "--scope", action="append", required=True, choices=Scope.values, help="may be repeated"
        )
        parser.add_argument("--name", default="command line", help="what it is for, shown in the list")
        parser.add_argument("--days", type=_days, metavar="N", help="end after N days; never, if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            token, secret = tokens.create(
                name=options["name"],
                scopes=options["scope"],
                pilots=_pilots(options["pilot"]),
                all_pilots=options["all_pilots"],
                expires_at=now + options["days"] if options["days"] else None,
                by=None,
                now=now,
            )
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(secret)
        self.stderr.write(f"{token} may {', '.join(token.scopes)}. Keep it now: only its hash is stored.")


def _pilots(slugs: list[str]) -> list[Pilot]:
    found = {pilot.slug: pilot for pilot in Pilot.objects.filter(slug__in=slugs)}
    if missing := [slug for slug in slugs if slug not in found]:
        known = ", ".join(Pilot.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise CommandError(f"There is no pilot {', '.join(missing)}. There is: {known or 'none yet'}.")
    return list(found.values())


def _days(given: str) -> timedelta:
    if not given.isdigit() or not 1 <= int(given) <= 36_500:
        raise ArgumentTypeError("give a whole number of days, from 1 to 36500")
    return timedelta(days=int(given))
