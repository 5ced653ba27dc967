"""A script asks when a stop trigger would have fired: scope read, nothing written, odd bodies named."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from pilots.actions import measurements
from pilots.models import Event, Pilot, StopTrigger
from tests.factories import NOW, make_metric, make_rows, make_running_pilot, make_token, make_user


@pytest.fixture
def measured(pilot: Pilot) -> StopTrigger:
    """Two days at 5 minutes against 3 before, and the trigger that they breach."""
    measurements.record(pilot=pilot, rows=make_rows(300, phase="baseline"), now=NOW, atomic=True)
    for ago in (2, 1):
        rows = make_rows(60, value=5, start=NOW - timedelta(days=ago))
        measurements.record(pilot=pilot, rows=rows, now=NOW, atomic=True)
    return StopTrigger.objects.get()


@pytest.fixture
def reader(pilot: Pilot, with_token: Callable[[str], APIClient]) -> APIClient:
    return with_token(make_token(pilot, scopes=("read",))[1])


def address(trigger: StopTrigger, slug: str = "clause-check") -> str:
    return f"/api/v1/pilots/{slug}/stop-triggers/{trigger.pk}/rehearse/"


def ask(client: APIClient, trigger: StopTrigger, body: Any = None, **options: Any) -> Any:
    return client.post(address(trigger), {} if body is None else body, format="json", **options)


def test_the_trigger_as_it_stands_says_when_it_would_have_fired(measured: StopTrigger, reader: APIClient):
    answer = ask(reader, measured)

    body = answer.json()
    looks = body.pop("looks")
    sentence = body.pop("sentence")
    assert answer.status_code == 200
    assert body == {
        "metric": "review_minutes",
        "margin": "0.200000",
        "limit": None,
        "relative": False,
        "fired": True,
        "fired_on": "2026-11-18",
        "days": 1,
        "units": 60,
        "every": 1,
    }
    assert sentence.startswith(
        "Would have fired on 18 November 2026, after 1 day and 60 items: review minutes 5 min"
    )
    assert [(look["day"], look["status"], look["units"]) for look in looks] == [
        ("2026-11-18", "BREACHED", 60),
        ("2026-11-19", "BREACHED", 120),
    ]
    assert looks[0]["high"] < looks[0]["threshold"] == -0.2


@pytest.mark.parametrize(
    ("body", "margin", "limit", "relative", "fired"),
    [
        ({"margin": "9"}, "9.000000", None, False, False),
        ({"margin": 1.5}, "1.500000", None, False, True),
        ({"margin": "0.1", "relative": True}, "0.100000", None, True, True),
        ({"limit": 4}, None, "4.000000", False, True),
        ({"limit": "30"}, None, "30.000000", False, False),
    ],
)
def test_the_body_puts_another_rule_over_it(
    measured: StopTrigger,
    reader: APIClient,
    body: dict[str, Any],
    margin: str | None,
    limit: str | None,
    relative: bool,
    fired: bool,
):
    found = ask(reader, measured, body).json()

    assert (found["margin"], found["limit"], found["relative"], found["fired"]) == (
        margin,
        limit,
        relative,
        fired,
    )


def test_nothing_changes(measured: StopTrigger, reader: APIClient):
    events = Event.objects.count()

    ask(reader, measured, {"margin": "9"})

    measured.refresh_from_db()
    assert str(measured.margin) == "0.200000"
    assert Event.objects.count() == events


def test_before_any_number_there_is_nothing_to_rehearse_on(pilot: Pilot, reader: APIClient):
    body = ask(reader, StopTrigger.objects.get()).json()

    assert (body["fired"], body["fired_on"], body["days"], body["looks"]) == (False, None, 0, [])
    assert body["sentence"] == "There is no measurement of the pilot to rehearse on yet."


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"margn": 1}, "/margn", "unknown_field"),
        ({"margin": "wide"}, "/margin", "invalid"),
        ({"margin": -1}, "/margin", "min_value"),
        ({"margin": 1, "limit": 1}, "/limit", "margin_or_limit"),
        ([], "/non_field_errors", "invalid"),
    ],
)
def test_an_odd_body_is_named(measured: StopTrigger, reader: APIClient, body: Any, pointer: str, code: str):
    answer = ask(reader, measured, body)

    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


def test_a_rule_that_cannot_be_judged_says_what_to_give(pilot: Pilot, reader: APIClient):
    metric = make_metric(pilot, "wrong", estimand="rate", design="absolute", unit="", cap=None, floor=None)
    trigger = StopTrigger.objects.create(metric=metric, limit="0.05")
    from pilots.models import PlanVersion

    assert PlanVersion.objects.get().number == 1

    answer = ask(reader, trigger, {"margin": "0.1"})

    assert (answer.status_code, answer.json()["code"]) == (422, "rule_not_judgeable")


def test_a_token_that_may_only_post_is_refused(measured: StopTrigger, with_token: Callable[[str], APIClient]):
    client = with_token(make_token(measured.metric.pilot, scopes=("ingest",))[1])

    answer = ask(client, measured)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_a_person_with_a_role_may_ask_too(measured: StopTrigger):
    client = APIClient()
    client.force_login(make_user("reader", "Viewers"))

    assert ask(client, measured).status_code == 200


def test_a_person_without_a_role_may_not(measured: StopTrigger):
    client = APIClient()
    client.force_login(make_user("nobody"))

    assert ask(client, measured).status_code == 403


def test_another_pilots_trigger_is_not_there(measured: StopTrigger, with_token: Callable[[str], APIClient]):
    other = make_running_pilot("other-check")
    client = with_token(make_token(other, scopes=("read",))[1])

    own = client.post(address(measured, "other-check"), {}, format="json")
    foreign = client.post(address(measured), {}, format="json")

    assert (own.status_code, foreign.status_code) == (404, 404)


def test_only_posting_asks(measured: StopTrigger, reader: APIClient):
    assert reader.get(address(measured)).status_code == 405
