from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from evaluations.models import Suite, SuiteVersion
from pilots.models import EvaluationSchedule, Pilot
from tests.factories import make_metric, make_ready_pilot, make_running_pilot
from tests.pilots.admin.forms import untouched

pytestmark = pytest.mark.django_db


def tasks() -> SuiteVersion:
    suite = Suite.objects.create(slug="tickets", name="Tickets", scorer="exact")
    return SuiteVersion.objects.create(suite=suite, number=1, content_hash="a" * 64, case_count=3)


def save(client: Client, pilot: Pilot, **typed: str) -> Any:
    client.force_login(pilot.owner)
    page = f"/admin/pilots/pilot/{pilot.pk}/change/"
    row = {"schedules-TOTAL_FORMS": "1", "schedules-0-every_hours": "24", "schedules-0-repeats": "1"}
    row |= {"schedules-0-purpose": "measure", "schedules-0-jitter_minutes": "0"}
    row |= {"change_reason": "More tasks."}
    row |= {"schedules-0-enabled": "on", "schedules-0-suite_version": str(tasks().pk)}
    return client.post(page, untouched(client.get(page)) | row | typed)


def test_a_draft_gets_a_schedule_that_waits_for_the_start(client: Client) -> None:
    pilot = make_ready_pilot()
    quality = make_metric(pilot, "quality", estimand="rate", cap=None, floor=None)

    save(client, pilot, **{"schedules-0-quality_metric": str(quality.pk)})

    schedule = pilot.schedules.get()
    assert (schedule.quality_metric, schedule.next_run_at) == (quality, None)


def test_quality_is_counted_by_a_rate_alone(client: Client) -> None:
    pilot = make_ready_pilot()

    response = save(client, pilot, **{"schedules-0-quality_metric": str(pilot.metrics.get().pk)})

    assert "choose a metric that is a rate" in response.content.decode()


def test_a_metric_of_another_pilot_is_no_choice(client: Client) -> None:
    pilot, other = make_ready_pilot(), make_ready_pilot("other")

    response = save(client, pilot, **{"schedules-0-latency_metric": str(other.metrics.get().pk)})

    assert "That choice is not one of the available choices." in response.content.decode()
    assert not EvaluationSchedule.objects.exists()


def test_a_running_pilot_gets_a_schedule_with_its_first_run(client: Client) -> None:
    pilot = make_running_pilot()

    save(client, pilot, **{"schedules-0-next_run_at_0": "2026-11-24", "schedules-0-next_run_at_1": "06:00"})

    assert pilot.schedules.get().next_run_at == datetime(2026, 11, 24, 6, tzinfo=UTC)


def test_a_schedule_that_would_never_run_is_refused(client: Client) -> None:
    pilot = make_running_pilot()

    response = save(client, pilot, **{"schedules-0-next_run_at_0": "", "schedules-0-next_run_at_1": ""})

    assert "Say when the next run is made" in response.content.decode()


def test_a_canary_needs_repeats_and_counts_in_no_metric(client: Client) -> None:
    pilot = make_ready_pilot()
    quality = make_metric(pilot, "quality", estimand="rate", cap=None, floor=None)

    page = save(
        client,
        pilot,
        **{"schedules-0-purpose": "canary", "schedules-0-quality_metric": str(quality.pk)},
    ).content.decode()

    assert "A canary asks each task twice or more" in page
    assert "A canary counts in no metric" in page


def test_a_schedule_names_its_candidates_and_the_log_keeps_them(client: Client) -> None:
    pilot = make_ready_pilot()

    save(
        client,
        pilot,
        **{"schedules-0-candidates": str(pilot.candidates.get().pk), "schedules-0-max_spend": "2.50"},
    )

    schedule = pilot.schedules.get()
    assert list(schedule.candidates.all()) == [pilot.candidates.get()]
    after = pilot.events.latest("id").after
    (logged,) = (value for name, value in after.items() if name.startswith("schedules."))
    assert (logged["candidates"], logged["max_spend"]) == ("Primary", "2.50")
