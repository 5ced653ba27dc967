"""What was changed in a pilot and when: what a chart marks, and what the speed of iteration is computed from."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from evaluations.models import Prompt
from pilots.models import Event, JournalEntry, Pilot
from pilots.models.journal import EntryKind

TRIED = (EntryKind.PROMPT, EntryKind.MODEL)
"""Kinds of the journal after which an evaluation says whether it got better."""
SHORT = 60


@dataclass(frozen=True)
class Change:
    """`title` is short, for a mark on a chart; `text` says more or is empty. `is_tried`: an evaluation says what became of
    it (another prompt, model or plan)."""

    at: datetime
    title: str
    text: str = ""
    is_tried: bool = True

    @property
    def label(self) -> str:
        return f"{self.title}: {_short(self.text)}" if self.text else self.title


def of_pilot(pilot: Pilot) -> list[Change]:
    """The oldest first. Three queries: the journal, amendments of the plan, prompts of the suites it is asked from."""
    found = [*_of_journal(pilot), *_of_plan(pilot), *_of_prompts(pilot)]
    return sorted(found, key=lambda change: change.at)


def of_epochs(epochs: Iterable[Mapping[str, Any]], candidates: Collection[str]) -> list[Change]:
    """New fingerprints of these candidates in a record: another model, prompt, judge or data set. The first is none."""
    return [
        Change(
            datetime.fromisoformat(epoch["opened_at"]).astimezone(UTC),
            epoch.get("changed") or f"Version {epoch['index'] + 1}",
        )
        for epoch in epochs
        if epoch["candidate"] in candidates and epoch["index"] and epoch.get("opened_at")
    ]


def _of_journal(pilot: Pilot) -> list[Change]:
    entries = JournalEntry.objects.filter(pilot=pilot).exclude(kind=EntryKind.NOTE)
    return [
        Change(
            datetime.combine(entry.happened_on, time(), tzinfo=UTC),
            entry.get_kind_display(),
            entry.text,
            entry.kind in TRIED,
        )
        for entry in entries
    ]


def _of_plan(pilot: Pilot) -> list[Change]:
    events = Event.objects.filter(pilot=pilot, verb="plan.amended").only("at", "reason")
    return [Change(event.at, "Plan amended", event.reason) for event in events]


def _of_prompts(pilot: Pilot) -> list[Change]:
    """A first version is no change, nor is one that was there before the pilot."""
    suites = pilot.schedules.values("suite_version__suite")
    prompts = Prompt.objects.filter(suite__in=suites, version__gt=1, created_at__gt=pilot.created_at)
    return [
        Change(prompt.created_at, f"Prompt {prompt.slug}, version {prompt.version}")
        for prompt in prompts.only("created_at", "slug", "version")
    ]


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…"
