"""What was changed in a pilot and when: what a chart marks, and what the speed of iteration is computed from."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from evaluations.models import Prompt
from pilots.models import Event, JournalEntry, Pilot
from pilots.models.journal import EntryKind

TRIED = (EntryKind.PROMPT, EntryKind.MODEL)
"""Kinds of the journal after which an evaluation says whether it got better."""
SHORT = 60


@dataclass(frozen=True)
class Change:
    """`is_tried`: an evaluation says what became of it (another prompt, model or plan)."""

    at: datetime
    label: str
    is_tried: bool


def of_pilot(pilot: Pilot) -> list[Change]:
    """The oldest first. Three queries: the journal, amendments of the plan, prompts of the suites it is asked from."""
    found = [*_of_journal(pilot), *_of_plan(pilot), *_of_prompts(pilot)]
    return sorted(found, key=lambda change: change.at)


def _of_journal(pilot: Pilot) -> list[Change]:
    entries = JournalEntry.objects.filter(pilot=pilot).exclude(kind=EntryKind.NOTE)
    return [
        Change(
            datetime.combine(entry.happened_on, time(), tzinfo=UTC),
            f"{entry.get_kind_display()}: {_short(entry.text)}",
            entry.kind in TRIED,
        )
        for entry in entries
    ]


def _of_plan(pilot: Pilot) -> list[Change]:
    events = Event.objects.filter(pilot=pilot, verb="plan.amended").only("at", "reason")
    return [Change(event.at, f"Plan amended: {_short(event.reason)}", True) for event in events]


def _of_prompts(pilot: Pilot) -> list[Change]:
    """A first version is no change, nor is one that was there before the pilot."""
    suites = pilot.schedules.values("suite_version__suite")
    prompts = Prompt.objects.filter(suite__in=suites, version__gt=1, created_at__gt=pilot.created_at)
    return [
        Change(prompt.created_at, f"Prompt {prompt.slug}, version {prompt.version}", True)
        for prompt in prompts.only("created_at", "slug", "version")
    ]


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…"
