from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions import second_factors
from pilots.actions.refusals import Refused


class Command(BaseCommand):
    help = "Takes a person's second factor away, for when the last administrator lost hers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(f"Nobody here is called {options['username']}.")
        try:
            second_factors.reset(person=person, by=None, now=timezone.now(), reason="At the command line")
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{person} signs in without it now.")
