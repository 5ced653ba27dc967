from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pilots.actions import erasures
from pilots.actions.refusals import Refused


class Command(BaseCommand):
    help = (
        "Erases a person: name, e-mail and user name give way to a pseudonym everywhere, she can no longer sign in, and all"
        " evidence holds. There is no way back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", default="", help="kept in the log; do not name the person in it")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be replaced, and what stays"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(f"There is nobody with the user name {options['username']}.")
        if options["dry_run"]:
            self._tell(erasures.look(person), would=True)
            return
        try:
            found = erasures.erase(person=person, by=None, reason=options["reason"], now=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(found, would=False)

    def _tell(self, found: erasures.Places, *, would: bool) -> None:
        verb = "would take" if would else "took"
        for place, rows in found.replaced.items():
            self.stdout.write(f"{place}: {rows} rows")
        self.stdout.write(
            f"{found.pseudonym} {verb} the place of the person in {sum(found.replaced.values())} texts."
        )
        for place, rows in found.kept.items():
            self.stderr.write(
                f"{place}: {rows} rows name the person and stay, for they are hashed or counted."
            )
        if found.namesakes:
            self.stderr.write(
                f"{found.namesakes} other people have the same name: a text that meant one of them says {found.pseudonym}."
            )
