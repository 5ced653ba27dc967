from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from evaluations.actions import imported_runs
from evaluations.actions.imported_runs import TOOLS, ImportRefused
from evaluations.models import Deployment, Suite
from evaluations.models.suite import Provenance
from evaluations.queries.recounts import recount


class Command(BaseCommand):
    help = "Import the results of another tool (an Inspect eval log, lm-eval samples) as a run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("suite", help="slug of the suite that the cases go to")
        parser.add_argument("deployment", help="slug of what was asked")
        parser.add_argument("file", type=Path)
        parser.add_argument("--tool", choices=TOOLS, default="", help="recognised by default")
        parser.add_argument("--scorer", default="", help="whose scores count; lm-eval's metric")
        parser.add_argument("--task", default="", help="of an archive with several")
        parser.add_argument("--provenance", choices=Provenance.values, default=Provenance.REAL.value)

    def handle(self, *args: Any, suite: str, deployment: str, file: Path, **options: Any) -> None:
        found = Suite.objects.filter(slug=suite).first()
        asked = Deployment.objects.filter(slug=deployment).first()
        if found is None or asked is None:
            missing = f"suite {suite}" if found is None else f"deployment {deployment}"
            raise CommandError(f"There is no {missing}. Add it in the admin first.")
        try:
            with file.open("rb") as stream:
                run = imported_runs.import_run(
                    suite=found,
                    deployment=asked,
                    stream=stream,
                    name=file.name,
                    by=None,
                    now=timezone.now(),
                    **{name: options[name] for name in ("tool", "scorer", "task", "provenance")},
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except ImportRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("\n".join([f"Run {run.pk}.", *recount(run)]))
