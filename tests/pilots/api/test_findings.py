"""Failures and reviews by script: checked, kept once, and of this pilot alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from rest_framework.test import APIClient

from pilots.models import Event, Failure, Pilot, Review
from tests.factories import make_candidate, make_ready_pilot, make_token, make_user

FAILURES = "/api/v1/pilots/clause-check/failures/"
REVIEWS = "/api/v1/pilots/clause-check/reviews/"
FAILURE = {
    "severity": "major",
    "type": "silent",
    "cause": "table cut off",
    "cost": "12.50",
    "input": "Clause 4 …",
    "output": "No penalty.",
    "expected": "Penalty of 5 %.",
    "candidate": "primary",
    "external_id": "f-1",
}
REVIEW = {
    "unit_id": "contract-7",
    "source": "model_judge",
    "verdict": "corrected",
    "fluent": True,
    "correct": False,
    "active_seconds": "41.50",
    "external_id": "r-1",
}
Clients = Callable[[str], APIClient]


def post(client: APIClient, path: str, body: Any) -> Any:
    return client.post(path, body, format="json")


@pytest.mark.parametrize(("path", "body"), [(FAILURES, FAILURE), (REVIEWS, REVIEW)])
def test_it_is_kept_once_and_read_back(path: str, body: dict[str, Any], script: APIClient):
    first, again = post(script, path, body), post(script, path, body)
    other = post(script, path, body | {"type": "wrong"} if path == FAILURES else body | {"correct": True})

    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    assert first.json().items() >= body.items()
    assert (other.status_code, other.json()["code"]) == (409, "conflicting_duplicate")
    assert script.get(path).json()["results"] == [first.json()]
    assert (
        Event.objects.filter(verb__in=["failure.reported", "review.recorded"], token__isnull=False).count()
        == 1
    )


@pytest.mark.parametrize(
    ("path", "change", "pointer", "code"),
    [
        (FAILURES, {"severity": "huge"}, "/severity", "invalid_choice"),
        (FAILURES, {"servity": "major"}, "/servity", "unknown_field"),
        (FAILURES, {"candidate": "nope"}, "/candidate", "does_not_exist"),
        (FAILURES, {"result": 10**30}, "/result", "does_not_exist"),
        (FAILURES, {"cost": "Infinity"}, "/cost", "invalid"),
        (FAILURES, {"happened_at": "0001-01-01T00:00:00+23:59"}, "/happened_at", "overflow"),
        (REVIEWS, {"active_seconds": -1}, "/active_seconds", "min_value"),
        (REVIEWS, {"note": "a\u0000b"}, "/note", "null_characters_not_allowed"),
        (REVIEWS, {"unit_id": ""}, "/unit_id", "blank"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(path: str, change: Any, pointer: str, code: str, script: APIClient):
    body = FAILURE if path == FAILURES else REVIEW

    answer = post(script, path, body | change)

    errors = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert (answer.status_code, errors) == (422, [(pointer, code)])
    assert Failure.objects.count() + Review.objects.count() == 0


def test_a_candidate_of_another_pilot_cannot_be_named(pilot: Pilot, script: APIClient):
    make_candidate(make_ready_pilot("other"), "theirs", role="challenger")

    assert post(script, FAILURES, FAILURE | {"candidate": "theirs"}).status_code == 422


@pytest.mark.parametrize(("group", "status"), [("Reviewers", 201), ("Viewers", 403), ("Owners", 403)])
def test_reviewers_and_who_runs_the_pilot_may_send_them(group: str, status: int, pilot: Pilot):
    client = APIClient()
    client.force_login(make_user("somebody", group))

    answers = [post(client, FAILURES, FAILURE), post(client, REVIEWS, REVIEW)]

    assert [answer.status_code for answer in answers] == [status] * 2


def test_how_long_a_review_took_is_told_to_whoever_judged_and_to_nobody_else(
    pilot: Pilot, script: APIClient, with_token: Clients
):
    her, auditor = APIClient(), APIClient()
    her.force_login(make_user("her", "Reviewers"))
    auditor.force_login(make_user("auditor", "Auditors"))
    other_script = with_token(make_token(pilot)[1])
    post(her, REVIEWS, REVIEW)
    post(script, REVIEWS, REVIEW | {"external_id": "r-2"})

    def seconds(client: APIClient) -> dict[str, str | None]:
        return {each["external_id"]: each["active_seconds"] for each in client.get(REVIEWS).json()["results"]}

    assert seconds(her) == {"r-1": "41.50", "r-2": None}
    assert seconds(script) == {"r-1": None, "r-2": "41.50"}
    assert seconds(auditor) == seconds(other_script) == {"r-1": None, "r-2": None}


def test_lists_are_filtered(script: APIClient):
    post(script, FAILURES, FAILURE)
    post(script, FAILURES, FAILURE | {"type": "wrong", "external_id": "f-2"})

    found = script.get(FAILURES + "?type=silent").json()["results"]

    assert [failure["external_id"] for failure in found] == ["f-1"]


def test_a_review_is_kept_as_sent(script: APIClient):
    post(script, REVIEWS, REVIEW)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Review.objects.update(verdict="accepted")


@pytest.mark.parametrize("path", [FAILURES, REVIEWS])
@pytest.mark.parametrize("number", [1, 3])
def test_a_list_costs_the_same_for_one_and_for_three(
    path: str, number: int, script: APIClient, pilot: Pilot, django_assert_num_queries: Any
):
    body = FAILURE if path == FAILURES else REVIEW
    for each in range(number):
        post(script, path, body | {"external_id": str(each)})
    script.get(path)

    with django_assert_num_queries(2):
        shown = script.get(path).json()["results"]

    assert len(shown) == number


@pytest.mark.parametrize("part", ["metrics", "goals", "stop-triggers", "candidates"])
@pytest.mark.parametrize("number", [1, 3])
def test_a_list_of_the_plan_costs_the_same_for_one_and_for_three(
    part: str, number: int, with_token: Clients, db: None, django_assert_num_queries: Any
):
    from tests.factories import make_metric

    pilot = make_ready_pilot()
    for each in range(number - 1):
        make_metric(pilot, f"metric_{each}", goal="1", margin="1")
        make_candidate(pilot, f"candidate-{each}", role="challenger")
    client = with_token(make_token(pilot)[1])
    client.get(f"/api/v1/pilots/{pilot.slug}/{part}/")

    with django_assert_num_queries(2):
        shown = client.get(f"/api/v1/pilots/{pilot.slug}/{part}/").json()["results"]

    assert len(shown) == number
