"""How long ago the model was tried on bad cases: whoever lets it do more by itself wants to know (R09)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from evaluations.models.run import RunState
from evaluations.queries.quality import Share, quality
from pilots.models import Pilot, PilotRun
from pilots.models.candidate import Role
from pilots.models.charter.autonomy import Autonomy

FRESH = timedelta(days=30)


@dataclass(frozen=True)
class Adverse:
    """The newest run of an adverse suite in which the primary was asked. `share` counts its errors as wrong."""

    run: int
    suite: str
    at: datetime
    share: Share

    def age_days(self, now: datetime) -> int:
        return (now - self.at).days


def newest(pilot: Pilot, *, until: datetime) -> Adverse | None:
    """Two queries where there is none, else four."""
    primary = pilot.candidates.filter(role=Role.PRIMARY).values_list("slug", flat=True).first()
    link = (
        PilotRun.objects.filter(
            pilot=pilot,
            run__state=RunState.DONE,
            run__finished_at__lte=until,
            run__suite_version__suite__adverse=True,
            run__targets__key=primary or "",
        )
        .select_related("run__suite_version__suite")
        .order_by("-run__finished_at")
        .first()
    )
    if link is None or link.run.finished_at is None:
        return None
    target = link.run.targets.get(key=primary)
    return Adverse(
        run=link.run_id,
        suite=link.run.suite_version.suite.name,
        at=link.run.finished_at,
        share=quality(link.run)[target.pk].errors_as_wrong,
    )


def blockers(pilot: Pilot, *, as_of: datetime) -> tuple[str, ...]:
    """What is missing for the level of autonomy; nothing for a model that only suggests, and no query."""
    if pilot.autonomy == Autonomy.SUGGEST:
        return ()
    level = Autonomy(pilot.autonomy).label.split(";")[0].lower()
    found = newest(pilot, until=as_of)
    if found is None:
        return (
            f"The model {level}, and was not tried on adverse cases. Put a suite marked as adverse to it, on a schedule.",
        )
    if as_of - found.at > FRESH:
        return (
            f"The model {level}, and was last tried on adverse cases {found.age_days(as_of)} days ago "
            f"(run {found.run}; at most {FRESH.days}). Put them to it again.",
        )
    return ()
