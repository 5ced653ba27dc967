"""What is done about faulty measurements is done by a worker: it judges the pilot by its rows, however many."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from celery import current_app
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import IntegrityError, OperationalError, transaction
from redis.exceptions import RedisError

from pilots.actions import quarantine_checks, quarantines
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Pilot, Quarantine, Weighing
from pilots.models.weighing import WeighingAct as Act
from pilots.models.weighing import WeighingState
from pilots.queries.weighings import STEP

PATIENCE = timedelta(minutes=1)
"""After so long beat asks again: the message may be lost, or the worker."""

GIVEN_UP = timedelta(hours=3)
"""A million rows take minutes: what takes hours never ends."""

KEPT_S = 3600
OUR_FAULT = "It could not be weighed, which is a fault of ours. Tell your administrator; the reason is in the worker's log."

logger = logging.getLogger(__name__)


def ask(
    *,
    pilot: Pilot,
    source: str,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    by: User,
    now: datetime,
) -> Weighing:
    """Has a stretch weighed and marked. Raises NotAllowed, WrongState or Refused; nothing is written then."""
    stretch: dict[str, Any] = {"pilot": pilot, "source": source, "starts_at": starts_at, "ends_at": ends_at}
    quarantine_checks.mark(**stretch, reason=reason, by=by, now=now)
    return _ask(act=Act.MARK, **stretch, reason=reason, by=by, now=now)


def ask_second(*, quarantine: Quarantine, by: User, now: datetime) -> Weighing:
    """Has the rows taken out of the count. Raises NotAllowed, WrongState or Refused; nothing is written then."""
    quarantine_checks.second(quarantine=quarantine, by=by)
    return _ask(act=Act.SECOND, **_about(quarantine), reason="", by=by, now=now)


def ask_release(*, quarantine: Quarantine, reason: str, by: User, now: datetime) -> Weighing:
    """Has the rows counted again. Raises NotAllowed, WrongState or Refused; nothing is written then."""
    quarantine_checks.release(quarantine=quarantine, reason=reason, by=by)
    return _ask(act=Act.RELEASE, **_about(quarantine), reason=reason, by=by, now=now)


def _about(quarantine: Quarantine) -> dict[str, Any]:
    return {
        "quarantine": quarantine,
        "pilot": quarantine.pilot,
        "source": quarantine.source,
        "starts_at": quarantine.starts_at,
        "ends_at": quarantine.ends_at,
    }


def _ask(*, pilot: Pilot, reason: str, by: User, now: datetime, **asked: Any) -> Weighing:
    """Without the pilot's lock, which a worker may hold for minutes: of two at once the database takes one."""
    quarantine_checks.idle(pilot)
    try:
        with transaction.atomic():
            weighing = Weighing.objects.create(
                pilot=pilot, reason=reason.strip(), asked_by=by, asked_at=now, **asked
            )
            transaction.on_commit(lambda: _enqueue(weighing.pk), robust=True)
    except IntegrityError:
        quarantine_checks.idle(pilot)
        raise
    return weighing


@transaction.atomic
def weigh(*, weighing_id: int, now: datetime) -> Weighing | None:
    """Does what was asked, or says why not. None when another worker is at it, or it was answered.

    The answer and what it does are written together, and the row is held meanwhile: a worker that is killed leaves it
    waiting for the next.
    """
    asked = (
        Weighing.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("pilot", "asked_by", "quarantine__pilot", "quarantine__proposed_by")
        .filter(pk=weighing_id, state=WeighingState.WAITING)
        .first()
    )
    if asked is None:
        return None
    try:
        asked.quarantine = _do(asked, now=now)
        asked.state = WeighingState.DONE
    except (NotAllowed, Refused) as refusal:
        asked.state, asked.refusal = WeighingState.REFUSED, str(refusal)
    except OperationalError:
        raise  # the database went away, or two waited for each other: beat asks again
    except Exception:
        logger.exception("Weighing %s of %s failed", asked.pk, asked.pilot.slug)
        asked.state, asked.refusal = WeighingState.REFUSED, OUR_FAULT
    asked.save(update_fields=["state", "refusal", "quarantine"])
    return asked


def _do(asked: Weighing, *, now: datetime) -> Quarantine:
    told = partial(_tell, asked.pk)
    if asked.quarantine is None:
        return quarantines.propose(
            pilot=asked.pilot,
            source=asked.source,
            starts_at=asked.starts_at,
            ends_at=asked.ends_at,
            reason=asked.reason,
            by=asked.asked_by,
            now=now,
            told=told,
        )
    if asked.act == Act.SECOND:
        quarantines.second(quarantine=asked.quarantine, by=asked.asked_by, now=now, told=told)
    else:
        quarantines.release(
            quarantine=asked.quarantine, reason=asked.reason, by=asked.asked_by, now=now, told=told
        )
    return asked.quarantine


def weigh_waiting(*, now: datetime) -> None:
    """What no worker got to the end of within hours is answered as well: nobody waits for ever, and others may be asked."""
    with transaction.atomic():
        late = Weighing.objects.select_for_update(skip_locked=True).filter(
            state=WeighingState.WAITING, asked_at__lt=now - GIVEN_UP
        )
        late_ones = [each.pk for each in late]
        Weighing.objects.filter(pk__in=late_ones).update(state=WeighingState.REFUSED, refusal=OUR_FAULT)
    waiting = Weighing.objects.filter(state=WeighingState.WAITING, asked_at__lt=now - PATIENCE).order_by("id")
    for pk in waiting.values_list("pk", flat=True):
        weigh(weighing_id=pk, now=now)


def _tell(weighing_id: int, step: int) -> None:
    """For the page alone: the work goes on without it."""
    with suppress(RedisError):
        cache.set(STEP.format(weighing_id), step, timeout=KEPT_S)


def _enqueue(weighing_id: int) -> None:
    current_app.send_task("pilots.weigh", kwargs={"weighing_id": weighing_id})
