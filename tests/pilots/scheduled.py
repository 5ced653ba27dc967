"""A schedule that is due, of a few tasks with their labels."""

from io import BytesIO
from typing import Any

from evaluations.actions.prompts import save_prompt
from evaluations.actions.suites import import_file
from evaluations.models import Suite
from pilots.models import Candidate, EvaluationSchedule, Pilot
from tests.factories import NOW


def make_schedule(pilot: Pilot, *, tasks: int, **fields: Any) -> EvaluationSchedule:
    """Of tasks t-1, t-2 and so on; every candidate gets the same prompt."""
    suite = Suite.objects.create(
        slug="tickets", name="Tickets", scorer="label_in_set", scorer_options={"labels": ["billing", "login"]}
    )
    lines = [
        f'{{"id": "t-{n}", "input": "Refund please", "expected": "billing"}}' for n in range(1, tasks + 1)
    ]
    version = import_file(suite=suite, stream=BytesIO("\n".join(lines).encode()), by=None, now=NOW).version
    prompt = save_prompt(
        suite=suite,
        slug="plain",
        system="",
        user="{{ input }}",
        examples=[],
        output_schema=None,
        max_tokens=8,
    )
    Candidate.objects.filter(pilot=pilot).update(prompt=prompt)
    return EvaluationSchedule.objects.create(
        pilot=pilot, suite_version=version, every_hours=24, next_run_at=NOW, **fields
    )
