import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pilots.models import Pilot
from pilots.models.verdict import MachineFlag
from pilots.queries import verdicts

EXIT_CODES = {MachineFlag.GO: 0, MachineFlag.EXTEND: 10, MachineFlag.STOP: 20, MachineFlag.COLLECTING: 30}


class Command(BaseCommand):
    help = "Say whether a rollout may go on: exit 0 go, 10 extend, 20 stop, 30 collecting, 1 error."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *args: Any, **options: Any) -> None:
        pilot = Pilot.objects.filter(slug=options["slug"]).first()
        if pilot is None:
            raise CommandError(f"There is no pilot {options['slug']}. Check the slug on its page.")
        answer = verdicts.gate(pilot, require="go", now=timezone.now())
        self.stdout.write(f"{answer.flag}: {answer.reason}")
        sys.exit(EXIT_CODES[MachineFlag(answer.flag)])
