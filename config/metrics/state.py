"""How the work stands, read when Prometheus asks."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from config import heartbeats, queues
from evaluations.queries import workload as evaluations
from pilots.queries import workload as pilots


class StateCollector(Collector):
    """What cannot be told is left out, so that its absence can be alerted on; it is never 0."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        yield from _runs(evaluations.workload(now=now))
        yield from _pilots(pilots.workload(now=now))
        yield from _beat(now)
        if (depths := queues.depths()) is not None:
            yield _gauge("pilotage_queue_messages", "Messages that wait for a worker", "queue", depths)
        if (parts := heartbeats.shown()) is not None:
            kinds = {kind: sum(part.kind == kind for part in parts) for kind in ("worker", "beat")}
            yield _gauge("pilotage_parts", "Processes that showed themselves within a minute", "kind", kinds)


def beat_age(now: datetime) -> float | None:
    """Seconds since anything was sent by the timetable; None when nothing ever was."""
    ticks = PeriodicTask.objects.filter(enabled=True, last_run_at__isnull=False)
    last = ticks.order_by("-last_run_at").values_list("last_run_at", flat=True).first()
    return (now - last).total_seconds() if last else None


def _runs(load: evaluations.Workload) -> Iterator[Metric]:
    yield _gauge("pilotage_runs", "Evaluation runs", "state", load.runs)
    yield _gauge("pilotage_batches", "Open batches of runs", "state", load.batches)
    yield GaugeMetricFamily(
        "pilotage_batch_oldest_waiting_seconds",
        "Since the first batch on offer was offered",
        load.oldest_waiting_s,
    )


def _pilots(load: pilots.Workload) -> Iterator[Metric]:
    yield _gauge("pilotage_pilots", "Pilots", "state", load.pilots)
    yield _gauge("pilotage_flags", "Pilots under trial by their last verdict", "flag", load.flags)
    yield GaugeMetricFamily(
        "pilotage_verdict_lag_seconds", "The longest that facts wait for a verdict", load.verdict_lag_s
    )
    yield GaugeMetricFamily(
        "pilotage_silent_sources", "Sources of pilots under trial that fell silent", load.silent_sources
    )
    yield GaugeMetricFamily("pilotage_undelivered", "Messages that people still wait for", load.undelivered)
    yield GaugeMetricFamily(
        "pilotage_undelivered_oldest_seconds",
        "Since the oldest of them was written",
        load.oldest_undelivered_s,
    )
    yield CounterMetricFamily("pilotage_verdicts", "Verdicts on record", load.verdicts)
    yield CounterMetricFamily(
        "pilotage_measurements_written", "Rows of measurements, since statistics began", load.written
    )


def _beat(now: datetime) -> Iterator[Metric]:
    if (age := beat_age(now)) is not None:
        yield GaugeMetricFamily("pilotage_beat_age_seconds", "Since the timetable last sent a task", age)


def _gauge(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family
