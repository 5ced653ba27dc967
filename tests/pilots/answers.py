"""Answers of a run of a pilot, as people review them."""

from evaluations.models import Result
from pilots.models import Pilot, PilotRun
from tests.evaluations.builders import make_run
from tests.factories import NOW


def make_answers(pilot: Pilot, n: int) -> list[Result]:
    """Of the primary candidate, in a run of the pilot."""
    run = make_run(n)
    target = run.targets.get()
    schedule = pilot.schedules.create(suite_version=run.suite_version)
    PilotRun.objects.create(pilot=pilot, schedule=schedule, run=run)
    return [
        Result.objects.create(
            target=target, case=case, outcome="ok", answer="login", score=0, passed=False, asked_at=NOW
        )
        for case in run.suite_version.cases.all()
    ]
