"""Silent changes of models, told to every pilot that depends on one."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from evaluations.actions import canaries
from evaluations.models import CanaryAcceptance, CanaryLook
from pilots.actions import audit
from pilots.models import Pilot, PilotRun


def look(link: PilotRun, *, now: datetime) -> list[CanaryLook]:
    """The canary's looks at a finished run. A new alarm is an event of every pilot that uses the deployment."""
    looks = []
    for target in link.run.targets.order_by("id"):
        before = CanaryLook.objects.filter(target=target).exists()
        made = canaries.look(target=target, now=now)
        if made and not before:
            looks.append(made)
            if made.alarm and not _was_alarmed(made):
                _tell(made, verb="canary.alarm", reason=made.sentence, now=now)
    return looks


@transaction.atomic
def accept(*, look: CanaryLook, reason: str, by: User, now: datetime) -> CanaryAcceptance:
    """The alarm was looked into: every pilot that heard of it hears of this. Raises canaries.CanaryRefused."""
    accepted = canaries.accept(look=look, reason=reason, by=by, now=now)
    _tell(look, verb="canary.accepted", reason=accepted.reason, by=by, now=now)
    return accepted


def _was_alarmed(look: CanaryLook) -> bool:
    return CanaryLook.objects.filter(
        deployment=look.deployment_id,
        fingerprint=look.fingerprint,
        series=look.series,
        number__lt=look.number,
        alarm=True,
    ).exists()


def _tell(look: CanaryLook, *, verb: str, reason: str, now: datetime, by: User | None = None) -> None:
    for pilot in Pilot.objects.filter(candidates__deployment=look.deployment_id).distinct():
        audit.record(
            verb=verb,
            pilot=pilot,
            by=by,
            now=now,
            reason=f"{look.deployment}: {reason}",
            after={"deployment": look.deployment.slug, "look": look.pk, "number": look.number},
        )
