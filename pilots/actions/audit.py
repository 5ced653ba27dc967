from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from django.contrib.auth.models import User

from pilots.actions.notifications import outbox
from pilots.models import Event, Pilot, Token


def record(
    *,
    verb: str,
    now: datetime,
    pilot: Pilot | None = None,
    by: User | None = None,
    token: Token | None = None,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Event:
    """One row of the audit log, in the caller's transaction: the act, its record and what people are told of it stand or
    fall together.

    `before` and `after` hold the changed values only, and no secret.
    """
    event = Event.objects.create(
        pilot=pilot,
        actor=by,
        token=token,
        verb=verb,
        at=now,
        reason=reason,
        before=dict(before or {}),
        after=dict(after or {}),
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )
    outbox.of_event(event)
    return event
