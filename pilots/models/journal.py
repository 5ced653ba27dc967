"""What people note down about a pilot: plain notes, and changes that a chart marks because numbers may turn on them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot
from pilots.models.write_once import WriteOnce, append_only


class EntryKind(models.TextChoices):
    NOTE = "note", "Note"
    PROMPT = "prompt", "Prompt changed"
    MODEL = "model", "Model changed"
    PRICE = "price", "Price changed"
    SCOPE = "scope", "Scope changed"
    PEOPLE = "people", "People changed"


class JournalEntry(WriteOnce):
    """One entry. A day may lie in the past; who wrote it down and when is kept beside it."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="journal")
    kind = models.CharField(max_length=6, choices=EntryKind, default=EntryKind.NOTE)
    text = models.TextField()
    happened_on = models.DateField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="journalentry_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="journalentry_says_something"),
        ]
        triggers = append_only("journalentry")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.happened_on}"
