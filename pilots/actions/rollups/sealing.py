"""What a retired month held, and what a recount can prove once rows are gone: how many counted, and their digests."""

from datetime import UTC, datetime, time

from django.db.models import Sum

from pilots.actions import partitions, server_bound
from pilots.actions.rollups import statements
from pilots.actions.rollups.epochs import epochs_json
from pilots.models import Metric, Pilot, RetiredMonth, RollupFrame, Seal
from pilots.queries.facts import spans
from pilots.queries.facts.differences import Difference, Recount

OF_MONTH = "m.observed_at >= %(since)s AND m.observed_at < %(until)s"
PRESENT = "SELECT metric_id, candidate, segment, count(*), sum(digest) FROM measured GROUP BY 1, 2, 3"
KEPT = """
SELECT metric_id, candidate, segment, sum(rows)::bigint, sum(digest) FROM pilots_rollup
WHERE pilot_id = %(pilot)s GROUP BY 1, 2, 3 HAVING sum(rows) <> 0
"""

Series = tuple[int, int, str]
Figures = tuple[int, int]


def seal(*, pilot: Pilot, month: RetiredMonth) -> int:
    """Writes down what the month holds of each series; returns how many rows count. The caller has the pilot alone."""
    since, until = (
        datetime.combine(day, time(), tzinfo=UTC) for day in (month.month, partitions.after(month.month))
    )
    found = _counted(pilot, OF_MONTH, since=since, until=until)
    Seal.objects.bulk_create(
        Seal(
            month=month,
            pilot=pilot,
            metric_id=metric,
            candidate=candidate,
            segment=segment,
            rows=rows,
            digest=digest,
        )
        for (metric, candidate, segment), (rows, digest) in found.items()
    )
    return sum(rows for rows, _ in found.values())


def is_sealed(pilot: Pilot) -> bool:
    return Seal.objects.filter(pilot=pilot).exists()


def recount(pilot: Pilot) -> Recount:
    """Rows that are there and seals of those that are gone, together, against the statistics."""
    present = _counted(pilot, statements.ALL_DUE)
    sealed = {
        (metric, candidate, segment): (rows, int(digest))
        for metric, candidate, segment, rows, digest in Seal.objects.filter(pilot=pilot)
        .order_by()
        .values_list("metric_id", "candidate", "segment")
        .annotate(Sum("rows"), Sum("digest"))
    }
    kept = _figures(server_bound.execute(KEPT, {"pilot": pilot.pk}))
    keys = dict(Metric.objects.filter(pilot=pilot).values_list("pk", "key"))
    found = []
    for series in sorted({*present, *sealed, *kept}):
        counted = tuple(map(sum, zip(present.get(series, (0, 0)), sealed.get(series, (0, 0)), strict=True)))
        if kept.get(series, (0, 0)) != counted:
            place = f"{keys[series[0]]}{f' in {series[2]}' if series[2] else ''}: rows and digest"
            found.append(Difference(place, kept.get(series, (0, 0)), counted))
    return Recount(True, sum(rows for rows, _ in present.values()), found, unproven=_unproven(pilot, sealed))


def _unproven(pilot: Pilot, sealed: dict[Series, Figures]) -> str:
    months = RetiredMonth.objects.filter(seals__pilot=pilot).distinct()
    names = ", ".join(map(str, months))
    rows = sum(rows for rows, _ in sealed.values())
    return (
        f"{rows} rows of {names} were retired: their number and digest hold with the seal, "
        "their sums and averages cannot be counted again"
    )


def _counted(pilot: Pilot, chosen: str, **more: object) -> dict[Series, Figures]:
    metrics = list(RollupFrame.objects.filter(pilot=pilot).values_list("metric_id", flat=True))
    statement = statements.METRIC + statements.MEASURED.format(chosen=chosen) + PRESENT
    epochs = epochs_json(spans.load(pilot.pk))
    return _figures(
        server_bound.execute(statement, {"pilot": pilot.pk, "metrics": metrics, "epochs": epochs, **more})
    )


def _figures(rows: list[tuple[int, int, str, int, int]] | list[tuple[object, ...]]) -> dict[Series, Figures]:
    return {(row[0], row[1], row[2]): (int(row[3]), int(row[4])) for row in rows}  # type: ignore[misc,call-overload]
