from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evaluations.actions import suites
from evaluations.actions.case_rows import CasesRefused
from evaluations.models import Suite
from evaluations.models.suite import Provenance


class Command(BaseCommand):
    help = "Import the cases of a JSON-lines file as one version of a suite."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("suite", help="slug of the suite")
        parser.add_argument("file", type=Path, help="one JSON object a line, UTF-8")
        parser.add_argument(
            "--provenance",
            choices=Provenance.values,
            default=Provenance.REAL.value,
            help="of rows that name none (default: real)",
        )

    def handle(self, *args: Any, suite: str, file: Path, provenance: str, **options: Any) -> None:
        found = Suite.objects.filter(slug=suite).first()
        if found is None:
            raise CommandError(f"There is no suite {suite}. Add it in the admin first.")
        try:
            data = file.read_bytes()
            version = suites.import_jsonl(
                suite=found, data=data, by=None, now=timezone.now(), provenance=provenance
            )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except CasesRefused as refusal:
            raise CommandError("Nothing was imported.\n" + "\n".join(map(str, refusal.faults))) from refusal
        self.stdout.write(f"{found.slug}: version {version.number} holds {version.case_count} cases.")
