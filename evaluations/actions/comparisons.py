"""Two runs may be compared where the tasks and the way of scoring are the same; else a person says why."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from evaluations import permissions
from evaluations.models import ComparisonWaiver, RunTarget
from evaluations.queries.comparability import differences
from evaluations.queries.pairs import Paired, paired


class NotComparable(Exception):
    """Nothing was compared; `differences` names what is not the same."""

    def __init__(self, found: list[str]) -> None:
        self.differences = found
        super().__init__(
            f"{' '.join(found)} A difference would not be the model's. Run both on the same version, or give a reason."
        )


def waiver_of(left: RunTarget, right: RunTarget) -> ComparisonWaiver | None:
    either = Q(left=left, right=right) | Q(left=right, right=left)
    return ComparisonWaiver.objects.filter(either).select_related("by").first()


@transaction.atomic
def compare(
    *, left: RunTarget, right: RunTarget, by: User | None, now: datetime, reason: str = ""
) -> tuple[Paired, ComparisonWaiver | None]:
    """The comparison, with the waiver it rests on where data set or scorer differ. Raises NotComparable."""
    found = differences(left, right)
    waiver = waiver_of(left, right) if found else None
    if found and waiver is None:
        if by is None or not reason.strip() or not permissions.may_start(by):
            raise NotComparable(found)
        waiver = ComparisonWaiver.objects.create(
            left=left, right=right, differences=found, reason=reason.strip(), by=by, at=now
        )
    return paired(left, right), waiver
