import json
import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.local.demo import loader
from config.local.demo.people import PEOPLE
from pilots.actions import tokens
from pilots.models import Pilot, Token

TOKEN_NAME = "Demo scripts"  # noqa: S105  a name, not a secret


class Command(BaseCommand):
    help = "Loads the demo's people and pilots; safe to repeat. Needs PILOTAGE_DEMO_PASSWORD. Never for production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="print logins and a fresh token as JSON in the last line"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("PILOTAGE_DEMO_PASSWORD", "")
        if not password:
            raise CommandError(
                "Set PILOTAGE_DEMO_PASSWORD to the password that the demo's people shall have."
            )
        if not settings.LOCAL:
            raise CommandError("The demo makes people with one password; it is not loaded in production.")
        now = timezone.now()
        made = loader.load(password=password, now=now)
        if options["json"]:
            logins = [{"username": each.username, "password": password, "role": each.role} for each in PEOPLE]
            self.stdout.write(json.dumps({"logins": logins, "token": self._token(made)}))
        else:
            self.stdout.write(f"{len(made)} demo pilots are there.")

    def _token(self, made: list[Pilot]) -> str:
        """A new one each time, since only its hash is kept; the one before is revoked."""
        now = timezone.now()
        for old in Token.objects.filter(name=TOKEN_NAME, revoked_at__isnull=True):
            tokens.revoke(token=old, by=None, now=now)
        _, secret = tokens.create(
            name=TOKEN_NAME, scopes=["ingest", "read", "evaluate"], all_pilots=True, by=None, now=now
        )
        return secret
