from datetime import timedelta

import pytest

from pilots.actions import measurements
from pilots.models import Measurement, Pilot
from pilots.queries.measurement_search import found
from tests.factories import NOW, make_metric, make_rows, make_running_pilot

pytestmark = pytest.mark.django_db


def measured(slug: str, *sources: str) -> Pilot:
    pilot = make_running_pilot(slug)
    for source in sources:
        measurements.record(pilot=pilot, rows=make_rows(2, source=source), now=NOW, atomic=True)
    return pilot


def test_measurements_are_found_by_pilot_and_by_external_id_wherever_it_was_sent() -> None:
    one, other = measured("one", "a", "b"), measured("other", "b")
    key = Measurement.objects.filter(pilot=other).earliest("id").external_id

    by_pilot = found(Measurement.objects.all(), "one", wanted=50)
    by_id = found(Measurement.objects.all(), key, wanted=50)

    assert by_pilot.count() == 4
    assert sorted(by_id.values_list("pilot__slug", "source")) == [
        (one.slug, "a"),
        (one.slug, "b"),
        (other.slug, "b"),
    ]
    assert set(by_id.values_list("external_id", flat=True)) == {key}
    assert not found(Measurement.objects.all(), "nothing", wanted=50).exists()


def test_of_a_pilot_the_newest_of_all_its_metrics_are_read_as_many_as_a_page_needs() -> None:
    pilot = make_running_pilot("one")
    cost = make_metric(pilot, "cost")
    for number, metric in enumerate((cost, pilot.metrics.get(key="review_minutes")) * 3):
        Measurement.objects.create(
            pilot=pilot,
            metric=metric,
            candidate=pilot.candidates.get(),
            phase="pilot",
            value=number,
            observed_at=NOW + timedelta(minutes=number),
            recorded_at=NOW,
        )

    all_of_it = Measurement.objects.order_by("-id")
    newest = found(all_of_it, "one", wanted=3)
    costly = found(all_of_it.filter(metric=cost), "one", wanted=3)

    assert [int(row.value) for row in newest] == [5, 4, 3]
    assert [int(row.value) for row in costly] == [4, 2, 0]
