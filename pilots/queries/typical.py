"""p50 and p95 of every measured quantity, before and after, for the eye: from the running histogram, never from rows."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from evaluations.stats import histogram
from pilots.judging.facts import Phase
from pilots.judging.verdict import MetricResult
from pilots.models import Candidate, Pilot, RollupHistogram

SHARES = (0.5, 0.95)


@dataclass(frozen=True)
class Typical:
    """Of the units with an answer, within 1 %. None where there are none."""

    p50: float | None = None
    p95: float | None = None


NOTHING = Typical()


@dataclass(frozen=True)
class Sides:
    before: Typical = NOTHING
    after: Typical = NOTHING


def load(
    pilot: Pilot, results: Iterable[MetricResult], candidates: Iterable[Candidate]
) -> Mapping[str, Sides]:
    """By the key of the metric, for the candidate and epoch that each result is about; in two queries."""
    numbers = dict(pilot.metrics.values_list("key", "pk"))
    slugs = {each.slug: each.pk for each in candidates}
    wanted = {
        numbers[result.metric]: (result.metric, slugs[result.candidate], result.epoch)
        for result in results
        if result.estimand in ("mean", "quantile") and result.metric in numbers and result.candidate in slugs
    }
    if not wanted:
        return {}
    counts = _counts(pilot, wanted)
    return {
        key: Sides(before=_typical(counts[number, True]), after=_typical(counts[number, False]))
        for number, (key, _, _) in wanted.items()
    }


def _counts(
    pilot: Pilot, wanted: Mapping[int, tuple[str, int, int]]
) -> Mapping[tuple[int, bool], dict[int, int]]:
    sides = Q(candidate=0)
    for number, (_, candidate, epoch) in wanted.items():
        sides |= Q(metric_id=number, candidate=candidate, epoch=epoch)
    rows = RollupHistogram.objects.filter(sides, pilot=pilot, metric_id__in=wanted)
    counts: dict[tuple[int, bool], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for number, phase, place, n in rows.counted("metric_id", "phase"):
        counts[number, phase == Phase.BASELINE][place] += n
    return counts


def _typical(counts: Mapping[int, int]) -> Typical:
    n = sum(counts.values())
    if n <= 0:
        return NOTHING
    found = [float(histogram.value_at(counts, max(1, math.ceil(n * share)))) for share in SHARES]
    return Typical(*found)
