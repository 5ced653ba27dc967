"""What one measurement counts as, in SQL: shared by the count of all rows and by the running statistics.

`m` is the measurement, `c` its candidate, `metric` a row with the columns of BOUNDS and the key.
"""

from typing import Any

from evaluations.models.suite import Provenance
from evaluations.stats.histogram import A_DECADE, SCALE
from pilots.judging import outcomes
from pilots.judging.codec import decimal_text
from pilots.judging.facts import Outcome
from pilots.judging.plan import MetricPlan
from pilots.models import Pilot

DECIDING = (Provenance.REAL, Provenance.REPLAYED)

# The scale of a measurement's value: an average must not depend on how a bound was written.
BOUNDS = "low numeric(30, 10), high numeric(30, 10), failed numeric(30, 10), declined numeric(30, 10)"

VALUE = "CASE m.outcome WHEN 'ok' THEN least(greatest(m.value, metric.low), metric.high) END"

COUNTED = """CASE WHEN m.outcome = 'ok' THEN least(greatest(m.value, metric.low), metric.high)
             WHEN m.outcome IN ('timeout', 'error') THEN metric.failed
             WHEN m.outcome <> 'infra_error' THEN metric.declined END"""

SOUND = """NOT EXISTS (SELECT FROM pilots_faultystretch f WHERE f.pilot_id = m.pilot_id AND f.source = m.source
            AND m.observed_at >= f.starts_at AND m.observed_at < f.ends_at)"""
"""Not quarantined: the row counts."""

DIGEST = """('x' || encode(substring(sha256(convert_to(concat_ws('|', metric.key, c.slug, m.phase, trim_scale(m.value),
            m.outcome, extract(epoch FROM m.observed_at), m.unit_id, m.segment, m.fingerprint, m.source, m.external_id),
            'UTF8')) FOR 8), 'hex'))::bit(64)::bigint::numeric"""


# evaluations.stats.histogram.bin_of, with the same digits: no logarithm that two programs might round differently.
BIN = f"""CASE WHEN digits = '0' THEN 0 ELSE sign(value) * (1 + (length(digits) - 1) * {A_DECADE} + CASE
            WHEN lead < 200 THEN (lead - 100) / 2 WHEN lead < 500 THEN 50 + (lead - 200) / 4 ELSE 125 + (lead - 500) / 10
        END) END"""

DIGITS = f"""LATERAL (SELECT trunc(abs(value) * {10**SCALE})::text AS digits) AS d,
        LATERAL (SELECT rpad(left(digits, 3), 3, '0')::int AS lead) AS l"""
"""What BIN is worked out from; to be joined to a row with a `value`."""


def deciding(pilot: Pilot) -> list[str]:
    """Provenances that count in this pilot."""
    return [str(each) for each in (*DECIDING, *([Provenance.DEMO] if pilot.is_demo else []))]


def metric_row(metric: MetricPlan) -> dict[str, Any]:
    """Key, bounds and what failures count as, as JSON values."""
    low, high = outcomes.bounds(metric)
    return {
        "key": metric.key,
        "low": None if low is None else decimal_text(low),
        "high": None if high is None else decimal_text(high),
        "failed": _counted_as(metric, Outcome.TIMEOUT),
        "declined": _counted_as(metric, Outcome.REFUSED),
        "counts_from": metric.counts_from.isoformat() if metric.counts_from else None,
    }


def _counted_as(metric: MetricPlan, outcome: Outcome) -> str | None:
    value = outcomes.value_of(metric, outcome, None)
    return None if value is None else decimal_text(value)
