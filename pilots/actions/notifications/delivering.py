"""Messages leave here: each is claimed by one worker, sent outside any transaction, and tried again when it failed."""

import time
from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q

from pilots.actions.notifications import mail, webhooks
from pilots.actions.notifications.undelivered import Undelivered
from pilots.models import Delivery
from pilots.models.notification import Channel, DeliveryState
from pilots.notices.backoff import wait

CLAIMED_FOR = timedelta(minutes=2)
"""A worker that was killed while sending: after this time another takes the message over."""
AT_A_TIME = 50
LONGEST = 30.0
"""Seconds after which the rest is left to the next turn: servers that do not answer take twenty each."""
SENDERS = {Channel.MAIL: mail.send, Channel.SLACK: webhooks.send_slack, Channel.WEBHOOK: webhooks.send}
WAITING = (DeliveryState.WAITING, DeliveryState.SENDING)
log = structlog.get_logger(__name__)


def deliver_due(*, now: datetime) -> int:
    """Sends what is due, for half a minute; how many were sent. Safe to call from two places at once."""
    due = Delivery.objects.filter(state__in=WAITING, next_at__lte=now).order_by("next_at", "id")
    began, sent = time.monotonic(), 0
    for pk in due.values_list("pk", flat=True)[:AT_A_TIME]:
        sent += deliver(delivery_id=pk, now=now)
        if time.monotonic() - began > LONGEST:
            break
    return sent


def deliver(*, delivery_id: int, now: datetime) -> bool:
    """Sends one message unless somebody else is at it, or it was sent. What was sent is never sent again."""
    claimed = Delivery.objects.filter(pk=delivery_id, state__in=WAITING, next_at__lte=now).update(
        state=DeliveryState.SENDING, next_at=now + CLAIMED_FOR, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    found = Delivery.objects.select_related("notice__pilot", "notice__verdict", "route", "person")
    delivery = found.get(pk=delivery_id)
    try:
        answer = SENDERS[Channel(delivery.channel)](delivery, now=now)
    except Undelivered as failure:
        _put_off(delivery, failure, now=now)
        return False
    mine = Delivery.objects.filter(pk=delivery_id, attempts=delivery.attempts, state=DeliveryState.SENDING)
    mine.update(state=DeliveryState.SENT, sent_at=now, answer=answer[:500])
    return True


def _put_off(delivery: Delivery, failure: Undelivered, *, now: datetime) -> None:
    pause = wait(delivery.attempts) if failure.worth_another_try else None
    mine = Delivery.objects.filter(Q(attempts=delivery.attempts), pk=delivery.pk, state=DeliveryState.SENDING)
    if pause is None:
        mine.update(state=DeliveryState.FAILED, answer=str(failure)[:500])
        log.warning(
            "message given up", delivery=delivery.pk, channel=delivery.channel, attempts=delivery.attempts
        )
    else:
        mine.update(state=DeliveryState.WAITING, next_at=now + pause, answer=str(failure)[:500])
