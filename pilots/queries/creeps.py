"""Which hidden costs of a pilot creep up: from the running day statistics of the model under trial."""

from collections.abc import Sequence

from pilots.judging.kit import may_creep
from pilots.judging.plan import Plan
from pilots.models import Candidate, Pilot
from pilots.models.candidate import Role
from pilots.queries import trends
from pilots.reading.creep import Creep, creep


def of_pilot(pilot: Pilot, plan: Plan, candidates: Sequence[Candidate]) -> list[Creep]:
    """Those that are sure. No query for a pilot that measures none of them."""
    metrics = {metric.key: metric for metric in plan.metrics if may_creep(metric.key)}
    primary = next((each for each in candidates if each.role == Role.PRIMARY), None)
    if not metrics or primary is None:
        return []
    days = trends.after(pilot, metrics, primary)
    found = [creep(metric, days.get(key, {})) for key, metric in metrics.items()]
    return [each for each in found if each and each.is_sure]
