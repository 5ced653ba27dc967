"""A fine-tune against its base, on the same tasks: every hard metric, side by side."""

from dataclasses import dataclass
from datetime import datetime

from evaluations.models import AIModel, FineTune, RunTarget
from evaluations.models.run import RunState
from evaluations.queries.comparability import differences
from evaluations.queries.pairs import Gap, Paired, paired

LOOKED_AT = 50
"""Newest targets of each side that are searched for a pair."""


@dataclass(frozen=True)
class Delta:
    """One hard metric. `gap` is fine-tune minus base."""

    name: str
    gap: Gap
    higher_is_better: bool

    @property
    def words(self) -> str:
        gap, interval = self.gap, self.gap.interval
        return (
            f"{gap.right:.0%} against {gap.left:.0%} (difference {gap.estimate:+.1%}, "
            f"interval {interval.low:+.1%} to {interval.high:+.1%}, n = {gap.n})"
        )

    @property
    def is_worse(self) -> bool:
        return self.gap.estimate < 0 if self.higher_is_better else self.gap.estimate > 0


@dataclass(frozen=True)
class Regression:
    """`compared` is None while no run asked both the same tasks: that is not known to be as good."""

    fine_tune: FineTune
    compared: Paired | None
    deltas: tuple[Delta, ...] = ()

    @property
    def worse(self) -> tuple[Delta, ...]:
        return tuple(delta for delta in self.deltas if delta.is_worse)

    @property
    def blocker(self) -> str:
        """A sentence that stands against go; empty when the fine-tune is at least as good as its base."""
        tuned, base = self.fine_tune.model, self.fine_tune.base
        if not self.deltas:
            return f"{tuned} was not compared with its base {base} on the same tasks yet."
        if not self.worse:
            return ""
        found = "; ".join(f"{delta.name} {delta.words}" for delta in self.worse)
        return f"{tuned} is worse than base ({base}): {found}."


def regression(model: AIModel, *, until: datetime) -> Regression | None:
    """By runs that had ended then; None for a model that is no fine-tune."""
    fine_tune = FineTune.objects.select_related("model", "base").filter(model=model).first()
    if fine_tune is None:
        return None
    pair = _newest_pair(fine_tune, until)
    compared = paired(*pair) if pair else None
    return Regression(fine_tune, compared, _deltas(compared) if compared else ())


def _deltas(compared: Paired) -> tuple[Delta, ...]:
    found = (
        ("right answers", compared.quality, True),
        ("questions without an answer", compared.no_answer, False),
    )
    return tuple(Delta(name, gap, higher) for name, gap, higher in found if gap)


def _newest_pair(fine_tune: FineTune, until: datetime) -> tuple[RunTarget, RunTarget] | None:
    """Base and fine-tune: the newest finished targets that may be compared."""
    for tuned in _targets(fine_tune.model, until):
        for base in _targets(fine_tune.base, until):
            if not differences(base, tuned):
                return base, tuned
    return None


def _targets(model: AIModel, until: datetime) -> list[RunTarget]:
    found = RunTarget.objects.filter(
        deployment__model=model, run__state=RunState.DONE, run__finished_at__lte=until
    )
    return list(found.select_related("deployment", "run").order_by("-run_id", "-id")[:LOOKED_AT])
