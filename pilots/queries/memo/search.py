"""Whether anybody looked for failures: a go rests on examples of them, or on a search that found few or none."""

from dataclasses import dataclass

from django.conf import settings

from evaluations.models import Result
from evaluations.models.run import Outcome
from pilots.judging.sentences import counted
from pilots.models import Pilot, PilotRun, Review


@dataclass(frozen=True)
class Search:
    """`searched`: items that people, checks or judges looked at, and answers of runs that were held against the right one."""

    failures: int
    searched: int

    @property
    def found(self) -> str:
        """What the memo says where no failure is recorded."""
        if self.searched:
            return f"{counted(self.searched, 'item')} searched, none found"
        return "none recorded, and nobody has searched"

    @property
    def lacks(self) -> str:
        """Why a go cannot rest on it; empty once it can. With both limits at 0 nothing is asked for."""
        few = self.failures < settings.PILOT_FAILURES_NEEDED
        if not few or self.searched >= settings.PILOT_SEARCHED_NEEDED:
            return ""
        return (
            f"Failures: {counted(self.failures, 'example')} and {counted(self.searched, 'item')} searched; "
            f"{settings.PILOT_FAILURES_NEEDED} examples or {settings.PILOT_SEARCHED_NEEDED} searched items are needed."
        )


def search(pilot: Pilot, *, failures: int) -> Search:
    """Two queries."""
    reviewed = Review.objects.filter(pilot=pilot).order_by().values("unit_id").distinct().count()
    runs = PilotRun.objects.filter(pilot=pilot).values("run")
    answers = Result.objects.filter(target__run__in=runs, passed__isnull=False)
    return Search(failures, reviewed + answers.exclude(outcome=Outcome.INFRA_ERROR).count())
