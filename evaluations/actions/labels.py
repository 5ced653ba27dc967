"""What people say of single answers: one label a person and answer, to be corrected by the same person alone."""

from datetime import datetime

from django.contrib.auth.models import User

from evaluations.models import Label, Result
from evaluations.models.run import Outcome


class LabelRefused(Exception):
    """Nothing was changed. The message says why."""


def label(*, result: Result, passed: bool, note: str = "", by: User, now: datetime) -> Label:
    """This person's word on the answer; a second one replaces the first. Raises LabelRefused where there is no answer."""
    if result.outcome != Outcome.OK:
        raise LabelRefused("There is no answer to judge: it " + result.get_outcome_display().lower() + ".")
    made, _ = Label.objects.update_or_create(
        result=result, labelled_by=by, defaults={"passed": passed, "note": note, "labelled_at": now}
    )
    return made
