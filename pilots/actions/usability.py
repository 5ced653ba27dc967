"""Whoever has a part in a pilot, or reviews its answers, says how usable it is."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Pilot, UsabilityScore
from pilots.models.usability import HIGHEST, LOWEST


@transaction.atomic
def rate(*, pilot: Pilot, score: int | None, comment: str, by: User, now: datetime) -> UsabilityScore:
    """Keeps what one person says; her newest score counts. Raises NotAllowed, WrongState or Refused."""
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    if not permissions.may_report(by, pilot):
        raise NotAllowed("People with a part in this pilot and reviewers say how usable it is.")
    if not pilot.is_under_trial:
        raise WrongState(
            f"{pilot.name} is {pilot.get_state_display().lower()}: it is rated while it is tried."
        )
    if score is None or not LOWEST <= score <= HIGHEST:
        raise Refused(f"Choose a score from {LOWEST} to {HIGHEST}.", code="score_unknown")
    made = UsabilityScore.objects.create(
        pilot=pilot, score=score, comment=comment.strip(), given_by=by, given_at=now
    )
    audit.record(
        verb="usability.rated", pilot=pilot, by=by, now=now, reason=made.comment, after={"score": made.score}
    )
    return made
