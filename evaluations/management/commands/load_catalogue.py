from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from evaluations.actions import catalogue_facts


class Command(BaseCommand):
    help = "Loads the models that come along, as claims with their sources. Safe to repeat: nothing is overwritten."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = catalogue_facts.load(now=timezone.now())
        self.stdout.write(f"{loaded.models} models and {loaded.claims} claims were new.")
