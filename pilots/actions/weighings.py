"""What marking a stretch as faulty would change is found out by a worker: it reads the pilot's rows, however many."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import OperationalError, transaction
from redis.exceptions import RedisError

from pilots.actions import quarantines
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Pilot, Weighing
from pilots.models.weighing import WeighingState
from pilots.queries.weighings import STEP

PATIENCE = timedelta(minutes=1)
"""After so long beat asks again: the message may be lost, or the worker."""

KEPT_S = 3600
OUR_FAULT = "It could not be weighed, which is a fault of ours. Tell your administrator; the reason is in the worker's log."

logger = logging.getLogger(__name__)


@transaction.atomic
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
    """Has a stretch weighed and marked by a worker. Raises NotAllowed, WrongState or Refused; nothing is written then."""
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    quarantines.check(
        pilot=pilot, source=source, starts_at=starts_at, ends_at=ends_at, reason=reason, by=by, now=now
    )
    if Weighing.objects.filter(pilot=pilot, state=WeighingState.WAITING).exists():
        raise Refused("Another stretch of this pilot is being weighed. Wait for it first.", code="weighing")
    asked = Weighing.objects.create(
        pilot=pilot,
        source=source,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        asked_by=by,
        asked_at=now,
    )
    transaction.on_commit(partial(_enqueue, asked.pk), robust=True)
    return asked


@transaction.atomic
def weigh(*, weighing_id: int, now: datetime) -> Weighing | None:
    """Marks the stretch, or says why not. None when another worker is at it, or it was answered.

    The answer and what it marks are written together, and the row is held meanwhile: a worker that is killed leaves it
    waiting for the next.
    """
    asked = (
        Weighing.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("pilot", "asked_by")
        .filter(pk=weighing_id, state=WeighingState.WAITING)
        .first()
    )
    if asked is None:
        return None
    try:
        asked.quarantine = quarantines.propose(
            pilot=asked.pilot,
            source=asked.source,
            starts_at=asked.starts_at,
            ends_at=asked.ends_at,
            reason=asked.reason,
            by=asked.asked_by,
            now=now,
            told=partial(_tell, asked.pk),
        )
    except (NotAllowed, Refused) as refusal:
        asked.refusal = str(refusal)
    except OperationalError:
        raise  # the database went away, or two waited for each other: beat asks again
    except Exception:
        logger.exception("Weighing %s of %s failed", asked.pk, asked.pilot.slug)
        asked.refusal = OUR_FAULT
    asked.state = WeighingState.DONE if asked.quarantine else WeighingState.REFUSED
    asked.save(update_fields=["state", "refusal", "quarantine"])
    return asked


def weigh_waiting(*, now: datetime) -> None:
    waiting = Weighing.objects.filter(state=WeighingState.WAITING, asked_at__lt=now - PATIENCE).order_by("id")
    for pk in waiting.values_list("pk", flat=True):
        weigh(weighing_id=pk, now=now)


def _tell(weighing_id: int, step: int) -> None:
    """For the page alone: the work goes on without it."""
    with suppress(RedisError):
        cache.set(STEP.format(weighing_id), step, timeout=KEPT_S)


def _enqueue(weighing_id: int) -> None:
    current_app.send_task("pilots.weigh", kwargs={"weighing_id": weighing_id})
