"""How far the model goes: how much it does by itself, how much context an item carries, and how it bears bad cases (R09)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Aggregate, Count, FloatField, Sum

from evaluations.models import Result
from evaluations.models.run import RunState
from pilots.models import Pilot, PilotRun
from pilots.models.candidate import Role
from pilots.models.schedule import Purpose
from pilots.queries import adverse
from pilots.queries.adverse import Adverse


@dataclass(frozen=True)
class Context:
    """Tokens that the newest run's items carried to the primary. `p95` and `per_item` (the mean) are of the `n` answers
    whose host reported a count."""

    run: int
    at: datetime
    n: int
    p95: float
    per_item: float


@dataclass(frozen=True)
class Reach:
    level: str
    budget: int | None
    context: Context | None
    adverse: Adverse | None

    @property
    def over_budget(self) -> bool:
        return self.context is not None and self.budget is not None and self.context.p95 > self.budget


class _P95(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.95) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def reach(pilot: Pilot, *, now: datetime, was_asked: bool = True) -> Reach:
    """A handful of queries; none for a pilot whose candidates were never asked."""
    return Reach(
        level=pilot.get_autonomy_display(),
        budget=pilot.context_budget_tokens,
        context=_context(pilot) if was_asked else None,
        adverse=adverse.newest(pilot, until=now) if was_asked else None,
    )


def _context(pilot: Pilot) -> Context | None:
    primary = pilot.candidates.filter(role=Role.PRIMARY).values("slug")
    link = (
        PilotRun.objects.filter(
            pilot=pilot,
            schedule__purpose=Purpose.MEASURE,
            run__state=RunState.DONE,
            run__targets__key__in=primary,
        )
        .select_related("run")
        .order_by("-run__finished_at")
        .first()
    )
    if link is None or link.run.finished_at is None:
        return None
    found = Result.objects.filter(
        target__run=link.run_id, target__key__in=primary, input_tokens__isnull=False
    ).aggregate(n=Count("id"), p95=_P95("input_tokens"), whole=Sum("input_tokens"))
    if not found["n"]:
        return None
    return Context(link.run_id, link.run.finished_at, found["n"], found["p95"], found["whole"] / found["n"])
