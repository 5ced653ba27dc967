"""Pictures beside an example of failure: of pilots whose model reads or makes images."""

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from evaluations.models.run import Texts
from pilots import permissions
from pilots.actions import audit
from pilots.actions.refusals import NotAllowed, Refused, Unfit
from pilots.models import Failure, FailurePicture
from pilots.queries import text_policy
from pilots.reading.pictures import MOST_BYTES, type_of

MOST = 4


@transaction.atomic
def add(*, failure: Failure, data: bytes, alt: str, by: User, now: datetime) -> FailurePicture:
    """Keeps one beside the failure. Raises NotAllowed, Refused, Unfit."""
    pilot = failure.pilot
    if not permissions.may_report(by, pilot):
        raise NotAllowed("People with a part in this pilot and reviewers add pictures to its failures.")
    if text_policy.stored_as(pilot) != Texts.AS_IS:
        raise Refused(
            "Of pilots with this data class no text is kept as it came, and a picture cannot be redacted.",
            code="not_kept",
        )
    kind = type_of(data)
    if not kind:
        raise Refused("Choose a PNG, JPEG, WebP or GIF picture.", code="no_picture")
    if len(data) > MOST_BYTES:
        raise Refused(
            "A picture has at most 2 MB: make it smaller, or cut out what matters.", code="too_large"
        )
    Failure.objects.select_for_update().get(pk=failure.pk)
    if FailurePicture.objects.filter(failure=failure).count() >= MOST:
        raise Refused(f"A failure has at most {MOST} pictures.", code="too_many")
    made = FailurePicture(
        pilot=pilot, failure=failure, content_type=kind, data=data, alt=alt.strip(), added_at=now, added_by=by
    )
    try:
        made.full_clean(exclude=["data"])
    except ValidationError as error:
        raise Unfit(error) from error
    made.save()
    audit.record(
        verb="failure.pictured", pilot=pilot, by=by, now=now, after={"id": failure.pk, "picture": made.pk}
    )
    return made
