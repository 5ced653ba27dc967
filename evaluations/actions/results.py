"""Answers become results, each once, and only while the run is still ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from evaluations.actions.asking import Asked
from evaluations.actions.runs import Claim, ClaimLost
from evaluations.models import Result, Run
from evaluations.models.run import Outcome, RunState
from evaluations.scoring.grade import Grade

LARGEST_COUNT = 2**31 - 1  # what the database's integer holds; a host may report nonsense


@dataclass(frozen=True, slots=True)
class Graded:
    """One cell of the plan, filled."""

    target_id: int
    case_id: int
    repeat: int
    asked: Asked
    grade: Grade


def store(*, claim: Claim, graded: Sequence[Graded], now: datetime) -> None:
    """Stores all of them in one transaction; a cell that has a result keeps it. Raises ClaimLost.

    Counts as a sign of life, and as the proof that this run gets on.
    """
    with transaction.atomic():
        held = Run.objects.filter(pk=claim.run_id, claim=claim.token, state=RunState.RUNNING)
        if not held.update(heartbeat_at=now, stalls=0):
            raise ClaimLost
        Result.objects.bulk_create([_row(one, now) for one in graded], ignore_conflicts=True)


def _row(graded: Graded, now: datetime) -> Result:
    answer, score = graded.asked.answer, graded.grade.score
    return Result(
        target_id=graded.target_id,
        case_id=graded.case_id,
        repeat=graded.repeat,
        outcome=Outcome(graded.grade.outcome),
        answer=_storable(answer.text),
        score=score.value if score else None,
        passed=bool(score and score.passed),
        detail=_storable(" ".join(filter(None, [answer.error_detail, score.detail if score else ""]))),
        model_returned=_storable(answer.model_returned)[:200],
        input_tokens=_count(answer.input_tokens),
        output_tokens=_count(answer.output_tokens),
        latency_s=None if answer.outcome == "infra_error" else answer.latency_s,
        attempts=graded.asked.attempts,
        asked_at=answer.started_at or now,
    )


def _storable(text: str) -> str:
    """PostgreSQL holds neither NUL nor half a surrogate pair; a model may answer with both."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _count(reported: int | None) -> int | None:
    return None if reported is None else max(0, min(reported, LARGEST_COUNT))
