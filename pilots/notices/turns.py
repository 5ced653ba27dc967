"""Which stop triggers turned between two records."""

from collections.abc import Iterator
from dataclasses import dataclass

from pilots.judging.sentences import inside, opening
from pilots.judging.verdict import MetricResult, Role, Status, Verdict


@dataclass(frozen=True)
class Turn:
    """A trigger that fired, or came near: its estimate is past the limit and only the interval is not yet."""

    key: str
    metric: str
    fired: bool
    title: str
    sentence: str


def turns(now: Verdict, before: Verdict | None) -> tuple[Turn, ...]:
    """One for each trigger that is nearer than it was. One that fired is told once: a breach stays."""
    was = {each.key: _distance(each) for each in _triggers(before)} if before else {}
    return tuple(
        Turn(
            key=each.key,
            metric=each.metric,
            fired=_distance(each) == FIRED,
            title=f"{'Stop trigger fired' if _distance(each) == FIRED else 'Stop trigger near'}: {inside(each.label)}",
            sentence=f"{opening(each.reason)}.",
        )
        for each in _triggers(now)
        if _distance(each) > was.get(each.key, SAFE)
    )


SAFE, NEAR, FIRED = 0, 1, 2


def _distance(result: MetricResult) -> int:
    if result.status is Status.BREACHED:
        return FIRED
    past = result.estimate is not None and result.threshold is not None and result.estimate < result.threshold
    return NEAR if past and result.status in (Status.UNDECIDED, Status.INSUFFICIENT) else SAFE


def _triggers(verdict: Verdict) -> Iterator[MetricResult]:
    return (
        each for each in verdict.results if each.decides and each.role is Role.TRIGGER and not each.segment
    )
