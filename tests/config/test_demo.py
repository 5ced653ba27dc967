from datetime import UTC, datetime, timedelta

import pytest

from config.local.demo import loader
from pilots.models import Measurement, Pilot, Verdict

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_the_demo_shows_every_flag_by_its_numbers_and_loads_once() -> None:
    loader.load(password="correct horse battery", now=NOW)

    newest = {
        pilot.slug: Verdict.objects.filter(pilot=pilot).latest()
        for pilot in Pilot.objects.exclude(slug="ticket-triage")
    }
    assert {slug: (verdict.flag, verdict.code) for slug, verdict in newest.items()} == {
        "invoice-reading": ("go", "PROVEN"),
        "internal-search": ("extend", "MORE_TIME"),
        "clause-check": ("stop", "HARM"),
    }
    assert set(Measurement.objects.values_list("provenance", flat=True)) == {"demo"}
    assert set(Pilot.objects.values_list("is_demo", flat=True)) == {True}

    before = (Pilot.objects.count(), Measurement.objects.count(), Verdict.objects.count())
    loader.load(password="correct horse battery", now=NOW + timedelta(hours=1))
    assert (Pilot.objects.count(), Measurement.objects.count(), Verdict.objects.count()) == before
