"""The gallery: what is shown first and without personal data, and what its buttons do."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from evaluations.models import Case, Result
from pilots.actions import findings, runs
from pilots.models import Failure, Pilot
from tests.factories import NOW, make_running_pilot, make_user
from tests.pilots.scheduled import make_schedule

SignedIn = Callable[[User], Client]
GALLERY, TAG = "/p/clause-check/failures/", "/p/clause-check/failures/tag/"
WRONG, LATE, RIGHT, OURS = ("ok", False), ("timeout", False), ("ok", True), ("infra_error", False)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    """Its run has four answers: one wrong, one late, one right, and one that our own fault took."""
    made = make_running_pilot()
    make_schedule(made, tasks=4)
    run = runs.start_due(now=NOW)[0].run
    answers = (WRONG, LATE, RIGHT, OURS)
    for case, (outcome, passed) in zip(run.suite_version.cases.order_by("key"), answers, strict=True):
        Result.objects.create(
            target=run.targets.get(), case=case, outcome=outcome, passed=passed, answer="Ask jo@example.org",
            score=None if outcome == "infra_error" else float(passed), asked_at=NOW,
        )  # fmt: skip
    return made


def ticked(*results: Result, **values: str) -> dict[str, Any]:
    return {"result": [each.pk for each in results], "take_over": "1", "severity": "major", **values}


def say(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_answers_of_a_run_that_did_not_pass_are_taken_over_once_and_for_what_they_are(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    client = signed_in(pilot.owner)
    wrong, late, right, ours = Result.objects.order_by("case__key")

    offered = {each.result for each in client.get(GALLERY).context["missed"]}
    client.post(TAG, ticked(wrong, late, right, ours, cause=" guess "))
    again = client.post(TAG, ticked(wrong), follow=True)

    assert offered == {wrong, late}
    assert list(
        Failure.objects.order_by("result").values_list("result", "type", "severity", "cause", "reported_by")
    ) == [
        (wrong.pk, "wrong", "major", "guess", pilot.owner.pk),
        (late.pk, "late", "major", "guess", pilot.owner.pk),
    ]
    assert "Tick the answers that are failures." in say(again)
    assert again.context["missed"] == []


def test_who_only_reads_gets_no_boxes_and_takes_nothing_over(pilot: Pilot, signed_in: SignedIn) -> None:
    client = signed_in(make_user("victor", "Viewers"))

    page = client.get(GALLERY)
    client.post(TAG, ticked(Result.objects.filter(passed=False).earliest("pk")))

    assert 'type="checkbox"' not in page.content.decode().split("<main")[1].split("</main>")[0]
    assert Failure.objects.count() == 0


def test_silent_ones_come_first_and_nobodys_address_is_shown(pilot: Pilot, signed_in: SignedIn) -> None:
    for kind, severity in (("wrong", "critical"), ("silent", "minor")):
        words = {"type": kind, "severity": severity, "input": "Who? jo@example.org", "expected": "unusual"}
        findings.report_failure(pilot=pilot, values=words, by=pilot.owner, token=None, now=NOW)

    page = signed_in(pilot.decider).get(GALLERY)

    assert [card.failure.type for card in page.context["cards"]] == ["silent", "wrong"]
    assert "jo@example.org" not in page.content.decode()


def test_a_failure_is_made_a_case_of_a_suite_of_the_pilot_and_of_no_other(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    words = {"type": "wrong", "severity": "minor", "input": "Clause 7?", "expected": "billing"}
    failure, _ = findings.report_failure(pilot=pilot, values=words, by=pilot.owner, token=None, now=NOW)
    client, address = signed_in(pilot.owner), f"{GALLERY}{failure.pk}/promote/"
    suite = pilot.schedules.get().suite_version.suite
    before = Case.objects.count()

    elsewhere = client.post(address, {"suite": "somebody-elses"})
    promoted = client.post(address, {"suite": suite.slug}, follow=True)

    assert elsewhere.status_code == 404
    assert f"It is a case of {suite.name}, version 2." in say(promoted)
    assert Case.objects.count() == before + 5
