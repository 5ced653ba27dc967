"""Hidden cost that appears after some weeks: by how much a metric rises a week, and whether that is sure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from evaluations.stats.slopes import slope
from pilots.judging.kit import may_creep
from pilots.judging.plan import Direction, Estimand, MetricPlan
from pilots.judging.sentences import inside, number
from pilots.reading.course import Totals, course

FALSE_ALARM = 0.01
"""The chance that a flat series is ever said to creep, however often one looks."""
LEAST = 0.01
"""Of its level a week: what rises by less is not told."""
HUNDRED = 100


@dataclass(frozen=True)
class Creep:
    """Shares of the mean level, a week: 0.03 is 3 %."""

    metric: MetricPlan
    weekly: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        return self.low > 0 and self.weekly >= LEAST

    @property
    def sentence(self) -> str:
        """Without a full stop."""
        if self.is_sure:
            label = inside(self.metric.label)
            return f"{label}: up by {_percent(self.weekly)} % a week, at least {_percent(self.low)} %"
        return f"no creep is shown: {_percent(self.low)} to {_percent(self.high)} % a week"


def creep(metric: MetricPlan, days: Mapping[date, Totals]) -> Creep | None:
    """None for a metric that is no hidden cost, and while its days say nothing yet."""
    if not may_creep(metric.key) or metric.estimand is Estimand.TOTAL or metric.direction is Direction.HIGHER:
        return None
    known = [(each.at, each.value) for each in course(metric, days) if each.value is not None]
    if not known:
        return None
    weeks = [(at - known[0][0]).days / 7 for at, _ in known]
    found = slope(weeks, [value for _, value in known], alpha=FALSE_ALARM)
    if found is None or found.mean <= 0 or found.high == float("inf"):
        return None
    return Creep(metric, *(part / found.mean for part in (found.value, found.low, found.high)))


def _percent(share: float) -> str:
    return number(round(HUNDRED * share, 1)).replace("-", "−")
