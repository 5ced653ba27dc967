from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import JournalEntry, Pilot
from pilots.models.journal import EntryKind


@transaction.atomic
def write(*, pilot: Pilot, kind: str, text: str, happened_on: date, by: User, now: datetime) -> JournalEntry:
    """Keeps an entry for good. Raises NotAllowed, or Refused for an empty text, a day to come, an unknown kind."""
    if not permissions.may_report(by, pilot):
        raise NotAllowed("People with a part in this pilot and reviewers write its journal.")
    if kind not in EntryKind.values:
        raise Refused(f"Choose one of {', '.join(EntryKind.values)}.", code="unknown_kind")
    if not text.strip():
        raise Refused("Write down what happened.", code="text_missing")
    if happened_on > now.date():
        raise Refused(
            "The journal keeps what has happened: choose today or an earlier day.", code="in_future"
        )
    entry = JournalEntry.objects.create(
        pilot=pilot, kind=kind, text=text.strip(), happened_on=happened_on, written_by=by, written_at=now
    )
    audit.record(
        verb=f"journal.{kind}",
        pilot=pilot,
        by=by,
        now=now,
        reason=entry.text,
        after={"entry": entry.pk, "happened_on": happened_on.isoformat()},
    )
    return entry
