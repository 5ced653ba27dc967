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


def save(client: Client, pilot: Pilot, *, number: int = 1, **typed: str) -> Any:
    """So many schedules, each as it is first shown but for what is typed."""
    client.force_login(pilot.owner)
    page = f"/admin/pilots/pilot/{pilot.pk}/change/"
    row = {"every_hours": "24", "repeats": "1", "purpose": "measure", "jitter_minutes": "0"}
    row |= {"enabled": "on", "suite_version": str(tasks().pk)}
    rows = {f"schedules-{each}-{name}": value for each in range(number) for name, value in row.items()}
    rows |= {"schedules-TOTAL_FORMS": str(number), "change_reason": "More tasks."}
    return client.post(page, untouched(client.get(page)) | rows | typed)


def test_a_draft_gets_a_schedule_that_waits_for_the_start(client: Client) -> None:
    pilot = make_ready_pilot()
    quality = make_metric(pilot, "quality", estimand="rate", cap=None, floor=None)

    save(client, pilot, **{"schedules-0-quality_metric": str(quality.pk)})

    schedule = pilot.schedules.get()
    assert (schedule.quality_metric, schedule.next_run_at) == (quality, None)


def test_what_no_schedule_can_be_is_said_on_the_page(client: Client) -> None:
    """Three of them: one whose quality is no rate, one with a metric of another pilot, and a canary that counts in one."""
    pilot, other = make_ready_pilot(), make_ready_pilot("other")
    quality = make_metric(pilot, "quality", estimand="rate", cap=None, floor=None)
    wrong = {
        "schedules-0-quality_metric": str(pilot.metrics.get(key="review_minutes").pk),
        "schedules-1-latency_metric": str(other.metrics.get().pk),
        "schedules-2-purpose": "canary",
        "schedules-2-quality_metric": str(quality.pk),
    }

    response = save(client, pilot, number=3, **wrong)

    page = response.content.decode()
    rows = response.context["inline_admin_formsets"]
    (schedules,) = (each.formset for each in rows if each.formset.prefix == "schedules")
    expected = [
        ["choose a metric that is a rate"],
        ["That choice is not one of the available choices."],
        ["A canary asks each task twice or more", "A canary counts in no metric"],
    ]
    for form, sentences in zip(schedules.forms, expected, strict=True):
        assert [each for each in sentences if each not in str(form.errors) or each not in page] == []
    assert not EvaluationSchedule.objects.exists()


def test_a_running_pilot_gets_a_schedule_with_its_first_run(client: Client) -> None:
    pilot = make_running_pilot()

    save(client, pilot, **{"schedules-0-next_run_at_0": "2026-11-24", "schedules-0-next_run_at_1": "06:00"})

    assert pilot.schedules.get().next_run_at == datetime(2026, 11, 24, 6, tzinfo=UTC)


def test_a_schedule_that_would_never_run_is_refused(client: Client) -> None:
    pilot = make_running_pilot()

    response = save(client, pilot, **{"schedules-0-next_run_at_0": "", "schedules-0-next_run_at_1": ""})

    assert "Say when the next run is made" in response.content.decode()


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
