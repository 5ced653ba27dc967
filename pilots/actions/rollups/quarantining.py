"""Rows that stopped or began to count: the metrics they belong to are counted anew at the next look."""

from pilots.actions.rollups.epochs import rebuild_spans
from pilots.actions.rollups.intake import doubt
from pilots.models import Measurement, Quarantine


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
