import pytest

from pilots.actions import measurements
from pilots.models import Measurement, Pilot
from pilots.queries.measurement_search import found
from tests.factories import NOW, make_rows, make_running_pilot

pytestmark = pytest.mark.django_db


def measured(slug: str, *sources: str) -> Pilot:
    pilot = make_running_pilot(slug)
    for source in sources:
        measurements.record(pilot=pilot, rows=make_rows(2, source=source), now=NOW, atomic=True)
    return pilot


def test_measurements_are_found_by_pilot_and_by_external_id_wherever_it_was_sent() -> None:
    one, other = measured("one", "a", "b"), measured("other", "b")
    key = Measurement.objects.filter(pilot=other).earliest("id").external_id

    by_pilot = found(Measurement.objects.all(), "one")
    by_id = found(Measurement.objects.all(), key)

    assert by_pilot.count() == 4
    assert sorted(by_id.values_list("pilot__slug", "source")) == [
        (one.slug, "a"),
        (one.slug, "b"),
        (other.slug, "b"),
    ]
    assert set(by_id.values_list("external_id", flat=True)) == {key}
    assert not found(Measurement.objects.all(), "nothing").exists()
