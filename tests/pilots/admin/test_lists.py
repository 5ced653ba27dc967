"""A list costs the same number of queries however long it is, and its filters say what they mean."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pilots.actions import measurements
from pilots.models import Pilot, Verdict
from pilots.models.pilot import State
from tests.factories import NOW, make_manager, make_owner, make_rows, make_running_pilot, make_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> User:
    owner = make_owner("olga", first_name="Olga", last_name="Berg")
    client.force_login(owner)
    return owner


def judged(pilot: Pilot, *flags: str) -> Pilot:
    for number, flag in enumerate(flags, start=1):
        Verdict.objects.create(
            pilot=pilot,
            number=number,
            plan=pilot.plans.get(),
            as_of=NOW,
            created_at=NOW,
            flag=flag,
            code="X",
            reason=f"The reason for {flag}.",
            evidence="{}",
            evidence_hash=str(number) * 64,
            input_digest="b" * 64,
        )
    return pilot


def shown(client: Client, **query: str) -> list[str]:
    return [pilot.slug for pilot in client.get("/admin/pilots/pilot/", query).context["cl"].result_list]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "rows", "queries"),
    [
        ("/admin/pilots/pilot/", 1, 8),
        ("/admin/pilots/verdict/", 2, 9),
        ("/admin/pilots/planversion/", 1, 9),
        ("/admin/pilots/token/", 1, 9),
    ],
)
def test_a_list_costs_the_same_at_one_row_and_at_three(
    owner: User,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    rows: int,
    queries: int,
    count: int,
) -> None:
    for number in range(count):
        make_token(judged(make_running_pilot(f"pilot-{number}", owner=owner), "collecting", "go"))

    with django_assert_num_queries(queries):
        response = client.get(path)

    assert len(response.context["cl"].result_list) == count * rows


def test_the_flag_is_that_of_the_newest_verdict(owner: User, client: Client) -> None:
    judged(make_running_pilot(owner=owner), "go", "stop")

    page = client.get("/admin/pilots/pilot/").content.decode()

    assert 'title="The reason for stop."' in page
    assert "The reason for go." not in page


def test_filters_by_flag_and_state(owner: User, client: Client) -> None:
    judged(make_running_pilot("stopped", owner=owner), "go", "stop")
    make_running_pilot("waiting", owner=owner)

    assert (shown(client, flag="stop"), shown(client, flag="go"), shown(client, flag="none")) == (
        ["stopped"],
        [],
        ["waiting"],
    )
    assert shown(client, state__exact="draft") == []


def test_filters_by_part(owner: User, client: Client) -> None:
    make_running_pilot("mine", owner=owner)
    make_running_pilot("as-deputy", deputy=owner)
    make_running_pilot("of-others")

    assert (shown(client, part="run"), shown(client, part="decide")) == (["as-deputy", "mine"], [])


def test_filters_by_what_is_due(owner: User, client: Client) -> None:
    today = timezone.localdate()
    for slug, days in (("overdue", -1), ("today", 0), ("soon", 14), ("later", 15)):
        make_running_pilot(
            slug,
            owner=owner,
            window_start=today - timedelta(days=30),
            maintenance_start=today - timedelta(days=10),
            window_end=today + timedelta(days=days),
        )
    Pilot.objects.create(
        slug="decided",
        name="Decided",
        workflow="x",
        friction="x",
        owner=owner,
        decider=make_manager(),
        window_start=date(2026, 1, 1),
        maintenance_start=date(2026, 1, 1),
        window_end=date(2026, 2, 1),
        state=State.DECIDED,
        started_at=NOW,
        started_by=owner,
    )

    assert (shown(client, due="overdue"), shown(client, due="soon")) == (["overdue"], ["soon", "today"])


def test_search_finds_names_and_owners(owner: User, client: Client) -> None:
    make_running_pilot("mine", owner=owner)
    make_running_pilot("other")

    assert (shown(client, q="berg"), shown(client, q="othe")) == (["mine"], ["other"])


def test_the_first_page_shows_the_pilots_of_the_person(owner: User, client: Client) -> None:
    judged(make_running_pilot("mine", owner=owner), "stop")
    make_running_pilot("other")

    page = client.get("/admin/").content.decode()

    assert "The reason for stop." in page
    assert ">Other</a>" not in page
    assert "1 more, run by others" in page


def test_days_are_counted_for_pilots_under_trial_alone(owner: User, client: Client) -> None:
    today = timezone.localdate()
    make_running_pilot(
        owner=owner,
        window_start=today - timedelta(days=9),
        maintenance_start=today - timedelta(days=5),
        window_end=today - timedelta(days=2),
    )

    page = client.get("/admin/pilots/pilot/").content.decode()

    assert "2 d overdue" in page


def test_a_filter_over_all_pilots_says_how_far_it_looks_and_one_within_a_pilot_looks_at_all(
    owner: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pilots.admin.measurement.NEWEST", 2)
    pilot = make_running_pilot("mine", owner=owner)
    measurements.record(pilot=pilot, rows=make_rows(5), now=NOW, atomic=True)
    path = "/admin/pilots/measurement/"

    over_all = client.get(path, {"phase__exact": "pilot"})
    within = client.get(path, {"phase__exact": "pilot", "q": "mine"})

    assert [len(page.context["cl"].result_list) for page in (over_all, within)] == [2, 5]
    assert "Filters look through the newest 2 measurements." in over_all.content.decode()
