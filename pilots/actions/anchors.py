"""What people look at: how much of it, and which answers they judge again at intervals."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from pilots import permissions
from pilots.actions import audit
from pilots.actions.refusals import NotAllowed, Refused, Unfit
from pilots.models import Anchor, Pilot, ReviewPlan
from pilots.queries import review_queue


@transaction.atomic
def plan(
    *, pilot: Pilot, share: int, second_share: int, anchor_days: int, by: User, now: datetime
) -> ReviewPlan:
    """Sets how much is looked at. Raises NotAllowed, Unfit."""
    _check(pilot, by)
    known = review_queue.plan_of(pilot)
    values = {"share": share, "second_share": second_share, "anchor_days": anchor_days}
    before = {name: getattr(known, name) for name in values}
    for name, value in values.items():
        setattr(known, name, value)
    try:
        known.full_clean()
    except ValidationError as error:
        raise Unfit(error) from error
    if before != values or known.pk is None:
        known.save()
        audit.record(verb="review.planned", pilot=pilot, by=by, now=now, before=before, after=values)
    return known


@transaction.atomic
def choose(*, pilot: Pilot, results: Sequence[int], by: User, now: datetime) -> int:
    """Makes anchors of answers of the pilot's runs, each once; how many are new. Raises NotAllowed, Refused."""
    _check(pilot, by)
    found = review_queue.answers(pilot).filter(pk__in=results).order_by("pk")
    known = set(Anchor.objects.filter(pilot=pilot, ended_at=None).values_list("result_id", flat=True))
    new = [
        Anchor(pilot=pilot, result=each, chosen_at=now, chosen_by=by)
        for each in found
        if each.pk not in known
    ]
    if not new:
        raise Refused("Tick the answers that become anchors.", code="nothing_chosen")
    Anchor.objects.bulk_create(new)
    audit.record(
        verb="anchors.chosen",
        pilot=pilot,
        by=by,
        now=now,
        after={"results": [each.result_id for each in new]},
    )
    return len(new)


@transaction.atomic
def end(*, pilot: Pilot, numbers: Sequence[int], by: User, now: datetime) -> int:
    """They come back no more; what was said of them stays. How many. Raises NotAllowed, Refused."""
    _check(pilot, by)
    rows = list(Anchor.objects.select_for_update().filter(pilot=pilot, ended_at=None, pk__in=numbers))
    if not rows:
        raise Refused("Tick the anchors that come back no more.", code="nothing_chosen")
    for row in rows:
        row.ended_at = now
    Anchor.objects.bulk_update(rows, ["ended_at"])
    audit.record(
        verb="anchors.ended",
        pilot=pilot,
        by=by,
        now=now,
        after={"results": [each.result_id for each in rows]},
    )
    return len(rows)


def _check(pilot: Pilot, by: User) -> None:
    """Under a lock: two who choose at once make no anchor twice."""
    if not permissions.may_run(by, pilot):
        raise NotAllowed("The owner and the deputy say what people look at.")
    Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
