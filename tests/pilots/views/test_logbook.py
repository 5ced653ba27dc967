from datetime import timedelta

import pytest
from django.test import Client

from pilots.actions import audit, charters, journal
from pilots.models import Pilot
from pilots.queries import logbook
from pilots.queries.logbook import Value
from tests.factories import NOW, make_running_pilot, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    pilot, later = make_running_pilot(), NOW + timedelta(days=1)
    pilot.operator = "Desk"
    pilot.save()
    charters.record_change(
        pilot=pilot,
        by=pilot.owner,
        now=later,
        before={"operator": "", "metrics.quality": {"cap": 5, "goal": {"target": "0.9"}}},
        after={"operator": "<b>Desk</b>", "metrics.quality": {"cap": None, "goal": {"target": "0.95"}}},
        reason="The desk takes it over.",
    )
    return pilot


def test_a_change_is_told_with_its_values_its_reason_and_the_version_it_made(pilot: Pilot) -> None:
    line = logbook.load(pilot).lines[0]

    assert (line.title, line.by, line.why) == ("Pilot changed", str(pilot.owner), "The desk takes it over.")
    assert line.version == pilot.charters.latest("number").number
    assert line.values == (
        Value("Operator", "", "<b>Desk</b>"),
        Value("Metrics: quality: cap", "5", ""),
        Value("Metrics: quality: goal: target", "0.9", "0.95"),
    )


def test_everybody_who_reads_the_pilot_reads_its_log_in_four_queries_beside_the_session(
    pilot: Pilot, client: Client, django_assert_num_queries
) -> None:
    client.force_login(make_user("", "Viewers"))

    with django_assert_num_queries(8):
        page = client.get(f"/p/{pilot.slug}/log/").content.decode()

    assert "&lt;b&gt;Desk&lt;/b&gt;" in page
    assert '<del><span class="visually-hidden">before: </span>0.9</del>' in page


def test_the_log_is_narrowed_to_a_kind_and_turned_page_by_page_without_losing_a_line(pilot: Pilot) -> None:
    journal.write(pilot=pilot, kind="note", text="Slow.", happened_on=NOW.date(), by=pilot.owner, now=NOW)
    for number in range(60):
        audit.record(verb="run.absorbed", pilot=pilot, now=NOW + timedelta(minutes=number))

    pages = [logbook.load(pilot, page=number) for number in (1, 2)]

    assert [line.why for line in logbook.load(pilot, kind="notes").lines] == ["Slow."]
    assert [(len(page.lines), page.has_older) for page in pages] == [
        (50, True),
        (pilot.events.count() - 50, False),
    ]
