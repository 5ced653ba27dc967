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
        return judged and not waiting and self._first_run_counted()

    def _first_run_counted(self) -> bool:
        """A first run of some time ago goes on by itself: nobody waits for it at a second start."""
        first = PilotRun.objects.filter(pilot__is_demo=True).select_related("run").order_by("id").first()
        if first is None or first.run.created_at < timezone.now() - FRESH:
            return True
        if first.absorbed_at is None:
            return False
        return Verdict.objects.filter(pilot=first.pilot, as_of__gte=first.absorbed_at).exists()


def _shortened(sentence: str) -> str:
    return sentence if len(sentence) <= WIDTH else sentence[: WIDTH - 1].rsplit(" ", 1)[0] + "…"
