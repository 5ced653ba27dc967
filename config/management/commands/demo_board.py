import time
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from pilots.models import Pilot, PilotRun, Verdict

WIDTH = 96
FRESH = timedelta(minutes=1)


class Command(BaseCommand):
    help = "Prints the demo's pilots with flag and reason, once they are judged and their first runs are counted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--wait", type=float, default=0, help="seconds to wait for verdicts that are still to come"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        deadline = time.monotonic() + options["wait"]
        while not self._settled() and time.monotonic() < deadline:
            time.sleep(0.5)
        for pilot in Pilot.objects.filter(is_demo=True).order_by("name"):
            verdict = Verdict.objects.filter(pilot=pilot).order_by("-number").first()
            flag, reason = (
                (verdict.get_flag_display(), verdict.reason) if verdict else ("–", "not judged yet")
            )
            self.stdout.write(f"  {flag:<11}{pilot.name:<24}{_shortened(reason)}")

    def _settled(self) -> bool:
        judged = not Pilot.objects.filter(is_demo=True, verdicts__isnull=True).exists()
        waiting = Pilot.objects.filter(is_demo=True, schedules__enabled=True, runs__isnull=True).exists()
        fresh = (
            timezone.now() - FRESH
        )  # an older run goes on by itself: nobody waits for it at a second start
        runs = PilotRun.objects.filter(pilot__is_demo=True, run__created_at__gte=fresh).order_by("id")
        counted = all(
            link.absorbed_at
            and Verdict.objects.filter(pilot=link.pilot, as_of__gte=link.absorbed_at).exists()
            for link in runs[:1]
        )
        return judged and counted and not waiting


def _shortened(sentence: str) -> str:
    return sentence if len(sentence) <= WIDTH else sentence[: WIDTH - 1].rsplit(" ", 1)[0] + "…"
