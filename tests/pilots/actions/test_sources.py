"""A source that falls silent is noticed once, shown, and makes its metrics stale; a row ends the silence."""

from datetime import timedelta
from decimal import Decimal

import pytest

from pilots.actions import measurements, sources, verdicts
from pilots.actions.refusals import NotAllowed
from pilots.models import Event, Pilot, Source
from pilots.queries import looks
from pilots.queries.sources import allowed, of_pilot
from tests.factories import NOW, make_manager, make_running_pilot

HOUR = timedelta(hours=1)


@pytest.fixture
def pilot(db: None) -> Pilot:
    return make_running_pilot(now=NOW - timedelta(days=3))


def post(pilot: Pilot, *, at, source: str = "nightly", metric: str = "review_minutes") -> None:
    row = {"metric": metric, "value": 3, "source": source, "observed_at": at.isoformat()}
    measurements.record(pilot=pilot, rows=[row], now=at, atomic=True)


def events(pilot: Pilot) -> list[str]:
    found = Event.objects.filter(pilot=pilot, verb__startswith="source.").order_by("id")
    return list(found.values_list("verb", flat=True))


def test_silence_beyond_the_learned_pace_is_one_event_and_the_next_row_ends_it(pilot):
    for hours in (50, 44, 38):
        post(pilot, at=NOW - hours * HOUR)
    assert allowed(Source.objects.get()) == timedelta(hours=12)

    sources.watch(now=NOW - 27 * HOUR)
    assert events(pilot) == []
    sources.watch(now=NOW - 25 * HOUR)
    sources.watch(now=NOW - 24 * HOUR)
    assert events(pilot) == ["source.silent"]
    assert [line.silent for line in of_pilot(pilot)] == [True]

    post(pilot, at=NOW)
    sources.watch(now=NOW)

    assert events(pilot) == ["source.silent", "source.heard"]
    assert [line.silent for line in of_pilot(pilot)] == [False]
    assert allowed(Source.objects.get()) == timedelta(hours=12)  # the silence taught nothing


def test_what_the_owner_expects_goes_before_what_was_learned(pilot):
    post(pilot, at=NOW - 3 * HOUR)
    source = Source.objects.get()

    sources.expect(source=source, hours=Decimal(2), by=pilot.owner, now=NOW)
    sources.watch(now=NOW)

    assert events(pilot) == ["source.expected", "source.silent"]
    with pytest.raises(NotAllowed):
        sources.expect(source=source, hours=None, by=make_manager(), now=NOW)


def test_a_metric_all_of_whose_sources_are_silent_is_stale(pilot):
    before = [
        {"metric": "review_minutes", "value": 3 + n, "phase": "baseline", "source": "import"}
        for n in range(9)
    ]
    measurements.record(pilot=pilot, rows=before, now=NOW - 50 * HOUR, atomic=True)
    post(pilot, at=NOW - 30 * HOUR, source="nightly")
    Source.objects.update(expected_hours=24)
    sources.watch(now=NOW)
    assert events(pilot) == ["source.silent"]  # an import before the start promises nothing more

    verdict = verdicts.judge(pilot_id=pilot.pk, now=NOW)

    assert verdict is not None
    assert '"status":"STALE"' in verdict.evidence
    assert "its source nightly has not posted for 30 hours (at most 24 hours)" in verdict.evidence

    post(pilot, at=NOW + HOUR, source="another")
    again = verdicts.judge(pilot_id=pilot.pk, now=NOW + HOUR)
    assert again is not None
    assert '"status":"STALE"' not in again.evidence


def test_a_pilot_is_due_when_a_source_posted_after_its_last_look(pilot):
    post(pilot, at=NOW - HOUR)
    verdicts.judge(pilot_id=pilot.pk, now=NOW)

    assert looks.due(now=NOW + HOUR) == []
    post(pilot, at=NOW + HOUR)
    assert looks.due(now=NOW + HOUR) == [pilot.pk]
