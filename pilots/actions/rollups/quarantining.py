"""Rows that stopped or began to count: the metrics they belong to are counted anew at the next look."""

from collections.abc import Sequence

from pilots.actions.measurement_rows import Row
from pilots.actions.rollups.intake import doubt, rebuild_spans
from pilots.models import FaultyStretch, Measurement, Quarantine


def recount_stretch(quarantine: Quarantine) -> None:
    """Sums could follow, but neither the first nor the last row of a series nor an epoch: so the metrics are in doubt, and
    read from their rows until `refresh` has rebuilt them. The caller has the pilot alone."""
    rows = Measurement.objects.filter(
        pilot_id=quarantine.pilot_id,
        source=quarantine.source,
        observed_at__gte=quarantine.starts_at,
        observed_at__lt=quarantine.ends_at,
    ).order_by()
    if rows.exclude(fingerprint="").exists():
        rebuild_spans(quarantine.pilot_id)
        doubt(quarantine.pilot_id)
    else:
        doubt(quarantine.pilot_id, rows.values_list("metric_id", flat=True).distinct())


def doubt_late(pilot_id: int, rows: Sequence[Row]) -> None:
    """After rows were stored: those that fall into a stretch known to be faulty were added up all the same, so the pilot is
    read from its rows until the next look has counted them out."""
    if not rows:
        return
    stretches = list(FaultyStretch.objects.filter(pilot_id=pilot_id))
    if any(
        row.source == each.source and each.starts_at <= row.observed_at < each.ends_at
        for each in stretches
        for row in rows
    ):
        rebuild_spans(pilot_id)
        doubt(pilot_id)
