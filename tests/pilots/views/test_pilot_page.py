import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pilots.actions import measurements, seconds, verdicts
from pilots.models import Pilot, Verdict
from tests.factories import (
    NOW,
    answer_all,
    make_failures,
    make_manager,
    make_metric,
    make_pilot,
    make_ready_pilot,
    make_rows,
    make_running_pilot,
    make_user,
    sign,
    start,
)

SignedIn = Callable[[User], Client]
PAGE = "/p/clause-check/"
QUERIES = 28
"""Session, person, her permissions and those of her groups; pilot, verdict, candidates, runs, decisions, acts, turns of
the flag, changes (journal, plan, prompts), p50 and p95; and of its models: deployments, lifecycle, fine-tune, drills,
canaries, runs of open and closed; usability.
Runs, once there are any, cost one more for all their results."""

pytestmark = pytest.mark.django_db


def words(client: Client, path: str = PAGE) -> str:
    """What the page says, without tags, spaces run together."""
    return words_of(client.get(path))


def words_of(response: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("group", ["Owners", "Managers", "Reviewers", "Auditors", "Viewers"])
def test_every_role_reads_a_pilot(pilot: Pilot, signed_in: SignedIn, group: str) -> None:
    response = signed_in(make_user("reader", group)).get(PAGE)

    assert response.status_code == 200


def test_a_pilot_that_is_not_there_is_not_found(signed_in: SignedIn) -> None:
    response = signed_in(make_manager()).get("/p/nothing/")

    assert response.status_code == 404


def test_the_number_of_queries_is_bounded(
    pilot: Pilot, signed_in: SignedIn, django_assert_num_queries: Callable[[int], object]
) -> None:
    client = signed_in(pilot.decider)

    with django_assert_num_queries(QUERIES):  # type: ignore[attr-defined]
        client.get(PAGE)


def test_the_page_shows_flag_reason_and_the_change_with_its_figures(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    text = words(signed_in(make_manager()))

    assert f"Stop {Verdict.objects.get().reason}" in text
    assert re.search(
        r"Review minutes 40 → 40 3 min p50 [\d.]+, p95 [\d.]+ min 6 min p50 [\d.]+, p95 [\d.]+ min 3 min worse",
        text,
    )
    assert "Goals and stop triggers" in text


def test_the_page_says_what_speaks_against_the_flag(pilot: Pilot, signed_in: SignedIn) -> None:
    text = words(signed_in(make_manager()))

    assert "Speaks for stop" in text
    assert "Speaks against it Nothing that was measured." in text


def test_only_the_decider_is_led_to_the_signature(pilot: Pilot, signed_in: SignedIn) -> None:
    link = '<a class="button button-primary" href="/p/clause-check/sign/">Sign the decision</a>'

    seen = {
        name: link in signed_in(person).get(PAGE).content.decode()
        for name, person in {
            "decider": pilot.decider,
            "owner": pilot.owner,
            "another manager": make_manager(),
            "administrator": make_user("root", is_superuser=True, is_staff=True),
        }.items()
    }

    assert seen == {"decider": True, "owner": False, "another manager": False, "administrator": False}


def test_only_who_runs_the_pilot_is_led_to_the_admin(pilot: Pilot, signed_in: SignedIn) -> None:
    link = f'href="/admin/pilots/pilot/{pilot.pk}/change/"'

    assert link in signed_in(pilot.owner).get(PAGE).content.decode()
    assert link not in signed_in(pilot.decider).get(PAGE).content.decode()


def test_a_draft_says_that_it_has_not_started(signed_in: SignedIn) -> None:
    make_pilot()

    text = words(signed_in(make_manager()))

    assert "Not started The owner starts the pilot in the admin." in text
    assert "Sign the decision" not in text


def test_a_started_pilot_says_that_its_verdict_is_on_its_way(signed_in: SignedIn) -> None:
    make_running_pilot()

    assert "Not judged yet The first verdict comes within a minute of the start." in words(
        signed_in(make_manager())
    )


def test_a_silent_source_is_said_beside_the_name(signed_in: SignedIn) -> None:
    made = make_running_pilot(now=NOW - timedelta(days=9))
    verdicts.judge(pilot_id=made.pk, now=NOW)

    text = words(signed_in(make_manager()))

    assert "Clause check Silent Check the clauses" in text
    assert "Newest measurement None yet" in text


def test_a_signed_decision_is_shown_with_the_flag_it_went_against(pilot: Pilot, signed_in: SignedIn) -> None:
    answer_all(pilot)
    make_failures(pilot)
    first = sign(
        pilot, "go", reason="The lawyers want it all the same.", against_reason="It is a matter of trust."
    )
    seconds.second(first=first, by=make_manager(), now=NOW)

    text = words(signed_in(make_manager()))

    assert (
        "Signed decision Go The lawyers want it all the same. Against the flag: It is a matter of trust. "
        "The machine's flag was Stop."
    ) in text
    assert "20 November 2026, 12:00 UTC · looked at again on 1 May 2027" in text


def test_what_happened_names_acts_and_turns_of_the_flag(pilot: Pilot, signed_in: SignedIn) -> None:
    moments = signed_in(make_manager()).get(PAGE).context["page"].moments

    assert {(moment.title, moment.by, moment.flag) for moment in moments} == {
        ("Pilot started", pilot.owner.get_username(), ""),
        ("Flag: Stop", "", "stop"),
    }


def test_the_decider_writes_a_note_on_the_page_and_a_viewer_does_not(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    decider, viewer = signed_in(pilot.decider), signed_in(make_user("vera", "Viewers"))
    given = {"kind": "scope", "text": "French contracts are out.", "happened_on": "2026-11-19"}

    told = decider.post(f"{PAGE}notes/", given, follow=True)
    viewer.post(f"{PAGE}notes/", given)

    (kept,) = pilot.journal.all()
    assert (kept.written_by, kept.kind, kept.happened_on) == (pilot.decider, "scope", date(2026, 11, 19))
    assert "French contracts are out." in told.content.decode()


def test_what_was_done_several_times_in_a_row_is_told_once(pilot: Pilot, signed_in: SignedIn) -> None:
    answer_all(pilot)

    newest = signed_in(make_manager()).get(PAGE).context["page"].moments[0]

    assert (newest.title, newest.by) == ("Memo answered, 4 times", pilot.owner.get_username())


def test_names_are_escaped(signed_in: SignedIn) -> None:
    make_pilot(name="<script>alert(1)</script>")

    page = signed_in(make_manager()).get(PAGE).content.decode()

    assert "<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>" in page
    assert "<script>alert" not in page


def test_a_hidden_cost_that_creeps_up_is_said_over_the_numbers(signed_in: SignedIn) -> None:
    pilot = make_ready_pilot()
    make_metric(pilot, "input_tokens", unit="", cap=None)
    start(pilot, now=NOW - timedelta(days=21))
    rows = [
        row | {"metric": "input_tokens", "external_id": f"tokens-{ago}-{row['external_id']}"}
        for ago in range(20)
        for row in make_rows(2, value=900.0 - 10 * ago, start=NOW - timedelta(days=ago))
    ]
    measurements.record(pilot=pilot, rows=rows, now=NOW, atomic=True)
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    client = signed_in(make_manager())

    assert "A hidden cost grows. Input tokens: up by 8.7 % a week, at least 8.7 %" in words(client)
    assert "Input tokens: up by 8.7 % a week, at least 8.7 %" in words(client, f"{PAGE}trends/")


def test_the_newest_score_of_each_person_says_how_usable_it_is_and_a_viewer_has_none(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    reviewer, decider = signed_in(make_user("rosa", "Reviewers")), signed_in(pilot.decider)
    viewer = signed_in(make_user("vera", "Viewers"))

    reviewer.post(f"{PAGE}usability/", {"score": "1"})
    reviewer.post(f"{PAGE}usability/", {"score": "4", "comment": "Once I knew it."})
    decider.post(f"{PAGE}usability/", {"score": "3"})
    refused = [
        words_of(client.post(f"{PAGE}usability/", {"score": score}, follow=True))
        for client, score in ((viewer, "5"), (decider, "9"))
    ]

    assert "Usability 3.5 of 5 asked: 2 people, from 3 to 4" in words(viewer)
    assert "reviewers say how usable it is." in refused[0]
    assert "Choose a score from 1 to 5." in refused[1]
    assert ("Say how usable it is" in words(viewer), "Say how usable it is" in words(decider)) == (
        False,
        True,
    )


def test_latency_includes_the_queue_and_people_unless_switched_to_the_model_alone(
    signed_in: SignedIn,
) -> None:
    pilot = make_ready_pilot()
    for key in ("latency", "model_latency"):
        make_metric(pilot, key, unit="s", cap=600)
    start(pilot, now=NOW - timedelta(days=1))
    rows = [
        row | {"metric": key, "external_id": f"{key}-{row['external_id']}"}
        for key, value in (("latency", 90.0), ("model_latency", 2.0))
        for row in make_rows(10, value=value)
    ]
    measurements.record(pilot=pilot, rows=rows, now=NOW, atomic=True)
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    client = signed_in(make_manager())

    def shown(query: str) -> list[str]:
        return [line.result.metric for line in client.get(f"{PAGE}{query}").context["metrics"]]

    assert [key for key in shown("") if "latency" in key] == ["latency"]
    assert [key for key in shown("?latency=model") if "latency" in key] == ["model_latency"]
    assert "Latency with queue and people. The model alone" in words(client)
