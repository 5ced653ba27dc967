from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from pilots.actions import audit, verdicts
from pilots.models import Event, Pilot


@transaction.atomic
def record_change(
    *, pilot: Pilot, by: User, now: datetime, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Event | None:
    """Keeps what an edit changed in the audit log; None when it changed nothing. Values are JSON."""
    if before == after:
        return None
    verb = "pilot.changed" if before else "pilot.logged"
    verdicts.request(pilot=pilot)  # an operator named or a cost estimated may be what a go was waiting for
    return audit.record(verb=verb, pilot=pilot, by=by, now=now, before=before, after=after)
