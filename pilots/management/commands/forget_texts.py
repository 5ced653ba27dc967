from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from pilots.actions import forgetting


class Command(BaseCommand):
    help = (
        "Erases texts that are older than TEXTS_KEPT_DAYS allows for their data class; hashes, scores and statistics stay."
        " Beat does so every night."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many there are, and erase none")

    def handle(self, *args: Any, **options: Any) -> None:
        if not any(settings.TEXTS_KEPT_DAYS.values()):
            self.stdout.write("All texts are kept for good: TEXTS_KEPT_DAYS names no data class.")
            return
        found = forgetting.forget_due(now=timezone.now(), dry_run=options["dry_run"])
        told = ", ".join(f"{number} {name}" for name, number in sorted(found.items())) or "none"
        self.stdout.write(f"Texts {'that would be erased' if options['dry_run'] else 'erased'}: {told}.")
