"""What people and scripts found: failures, and reviews of single items. A retry under the same external id adds nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from evaluations.actions import texts
from pilots import permissions
from pilots.actions import audit
from pilots.actions.refusals import NotAllowed, Refused, Unfit
from pilots.models import Failure, Pilot, Review, Token
from pilots.models.failure import EXCERPTS
from pilots.queries import text_policy

Finding = TypeVar("Finding", Failure, Review)


@transaction.atomic
def report_failure(
    *, pilot: Pilot, values: Mapping[str, Any], by: User | None, token: Token | None, now: datetime
) -> tuple[Failure, bool]:
    """The failure, and whether it is new. `by` None: a token sends it. Raises NotAllowed, Unfit, Refused."""
    values, hashes = _as_stored(pilot, values, EXCERPTS)
    given = {"happened_at": now, **values, "hashes": hashes}
    row = Failure(pilot=pilot, reported_at=now, reported_by=by, token=token, **given)
    return _stored(row, values, verb="failure.reported", by=by, token=token, now=now)


@transaction.atomic
def record_review(
    *, pilot: Pilot, values: Mapping[str, Any], by: User | None, token: Token | None, now: datetime
) -> tuple[Review, bool]:
    """The review, and whether it is new. `by` None: a token sends it. Raises NotAllowed, Unfit, Refused."""
    values, hashes = _as_stored(pilot, values, ("note",))
    given = {"reviewed_at": now, **values, "hashes": hashes}
    row = Review(pilot=pilot, recorded_at=now, reviewer=by, token=token, **given)
    return _stored(row, values, verb="review.recorded", by=by, token=token, now=now)


def _as_stored(
    pilot: Pilot, values: Mapping[str, Any], names: tuple[str, ...]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Texts as the policy for the pilot's data class wants them stored, and their hashes as they came."""
    how = text_policy.stored_as(pilot)
    sent = {name: str(values[name]) for name in names if values.get(name)}
    kept = {name: texts.kept(text, how) for name, text in sent.items()}
    return {**values, **kept}, {name: texts.hash_of(text) for name, text in sent.items()}


def _stored(
    row: Finding,
    values: Mapping[str, Any],
    *,
    verb: str,
    by: User | None,
    token: Token | None,
    now: datetime,
) -> tuple[Finding, bool]:
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=row.pilot_id)
    if token is None and (by is None or not permissions.may_report(by, pilot)):
        raise NotAllowed("Only people with a part in this pilot, reviewers and tokens send this.")
    if known := _known(row):
        _refuse_other_values(known, {**values, "hashes": row.hashes})
        return known, False
    try:
        row.full_clean()
    except ValidationError as error:
        raise Unfit(error) from error
    row.save()
    audit.record(verb=verb, pilot=pilot, by=by, token=token, now=now, after={"id": row.pk})
    return row, True


def _known(row: Finding) -> Finding | None:
    if not row.external_id:
        return None
    return type(row)._default_manager.filter(pilot_id=row.pilot_id, external_id=row.external_id).first()


def _refuse_other_values(known: Failure | Review, values: Mapping[str, Any]) -> None:
    """What was left out does not count as different."""
    sent: Mapping[str, str] = values["hashes"]
    texts_of = {*sent, "hashes"}
    changed = [
        *(name for name, value in values.items() if name not in texts_of and getattr(known, name) != value),
        *(
            name
            for name in sent
            if (known.hashes.get(name) or texts.hash_of(getattr(known, name))) != sent[name]
        ),
    ]
    if changed:
        raise Refused(
            f"{known.external_id} is known with another {', '.join(sorted(changed))}. Give a new one another external_id.",
            code="conflicting_duplicate",
        )
