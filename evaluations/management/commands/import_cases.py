from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evaluations.actions import suites
from evaluations.actions.suites import CasesRefused, Imported
from evaluations.formats.cases import FORMATS
from evaluations.models import Suite
from evaluations.models.suite import Provenance

HELP = (
    "Import the cases of a file as one version of a suite: JSON lines, CSV, OpenAI evals, Inspect, promptfoo."
)


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("suite", help="slug of the suite")
        parser.add_argument("file", type=Path, help="UTF-8")
        parser.add_argument("--file-format", choices=FORMATS, default="", help="recognised by default")
        parser.add_argument(
            "--provenance",
            choices=Provenance.values,
            default=Provenance.REAL.value,
            help="of rows that name none (default: real)",
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything, store nothing")
        parser.add_argument(
            "--partial", action="store_true", help="leave out promptfoo assertions that cannot be taken over"
        )

    def handle(self, *args: Any, suite: str, file: Path, **options: Any) -> None:
        found = Suite.objects.filter(slug=suite).first()
        if found is None:
            raise CommandError(f"There is no suite {suite}. Add it in the admin first.")
        try:
            with file.open("rb") as stream:
                imported = suites.import_file(
                    suite=found,
                    stream=stream,
                    name=file.name,
                    by=None,
                    now=timezone.now(),
                    format=options["file_format"],
                    provenance=options["provenance"],
                    partial=options["partial"],
                    dry_run=options["dry_run"],
                    progress=self._progress if self.stderr.isatty() else None,
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except CasesRefused as refusal:
            raise CommandError("Nothing was imported.\n" + "\n".join(map(str, refusal.faults))) from refusal
        self.stdout.write(f"{found.slug}: {_outcome(imported, options['dry_run'])}")
        if imported.coverage.refused:
            self.stdout.write("\n".join([imported.coverage.words(), *map(str, imported.coverage.refusals)]))

    def _progress(self, rows: int) -> None:
        self.stderr.write(f"\r{rows:,} cases read", ending="")
        self.stderr.flush()


def _outcome(imported: Imported, dry_run: bool) -> str:
    if imported.version is None:
        return f"{imported.count} cases could be imported as a new version. Nothing was stored."
    if not imported.created:
        return f"version {imported.version.number} holds these {imported.count} cases already."
    if dry_run:
        return f"{imported.count} cases could be imported. Nothing was stored."
    return f"version {imported.version.number} holds {imported.count} cases."
