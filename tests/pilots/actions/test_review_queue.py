"""People work on the answers of runs: each for one of them, each timed by what can be true, each counted once (R17, R18)."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from pilots.actions import anchors, sittings
from pilots.actions.refusals import NotAllowed, Refused
from pilots.actions.sittings import Judgement
from pilots.models import Failure, Measurement, Pilot, Review, Sitting
from pilots.models.sitting import SittingState, TimedBy, Turn
from pilots.queries import anchors as anchor_queries
from pilots.queries import review_queue
from tests.factories import NOW, make_running_pilot, make_user
from tests.pilots.answers import make_answers

pytestmark = pytest.mark.django_db
FIRST, SECOND, ANCHOR = 0.9, 0.3, 0.1
"""Draws that lead to a first look, a second check, an anchor, where one is there."""


def taken(pilot: Pilot, person: User, *, seconds: float = 0, draw: float = FIRST) -> Sitting:
    sitting = sittings.take(pilot=pilot, by=person, now=NOW + timedelta(seconds=seconds), draw=draw)
    assert sitting is not None
    return sitting


def judged(sitting: Sitting, *, at: float = 30, verdict: str = "accepted", **words: Any) -> sittings.Done:
    words = {"claimed_seconds": 20.0} | words
    judgement = Judgement(verdict=verdict, **words)
    moment = sitting.opened_at + timedelta(seconds=at)
    return sittings.judge(sitting=sitting, judgement=judgement, by=sitting.person, now=moment)


def minutes() -> list[Decimal | None]:
    return list(Measurement.objects.filter(source="pilotage.reviews").values_list("value", flat=True))


def test_a_judgement_is_kept_and_its_minutes_counted_once_however_often_it_is_sent() -> None:
    pilot, rosa = make_running_pilot(), make_user("rosa", "Reviewers")
    make_answers(pilot, 1)
    sitting = taken(pilot, rosa)

    words = {"verdict": "rejected", "note": "No.", "severity": "major", "failure": True}
    first, again = judged(sitting, **words), judged(sitting, at=50, **words)

    assert (first.is_new, first.uncounted, again.is_new, again.review.pk) == (
        True,
        "",
        False,
        first.review.pk,
    )
    assert (first.review.verdict, first.review.active_seconds) == ("rejected", Decimal(20))
    assert [value and round(value, 3) for value in minutes()] == [Decimal("0.333")]
    assert [(row.severity, row.output) for row in Failure.objects.all()] == [("major", "login")]
    assert sittings.take(pilot=pilot, by=rosa, now=NOW) is None


@pytest.mark.django_db(transaction=True)
def test_people_who_ask_at_the_same_moment_get_different_answers() -> None:
    pilot, people = make_running_pilot(), [make_user("", "Reviewers") for _ in range(4)]
    make_answers(pilot, 3)
    together, got = threading.Barrier(8), []

    def ask(person: User) -> None:
        together.wait(10)
        got.append((person.pk, sittings.take(pilot=pilot, by=person, now=NOW, draw=FIRST)))
        connection.close()

    threads = [threading.Thread(target=ask, args=(person,)) for person in people * 2]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    have = {person: sitting.result_id for person, sitting in got if sitting}
    assert (len(got), len(have), len(set(have.values()))) == (8, 3, 3)
    assert Sitting.objects.count() == 3


def test_a_tab_left_open_for_twenty_minutes_adds_no_more_than_the_idle_limit() -> None:
    pilot, rosa = make_running_pilot(), make_user("rosa", "Reviewers")
    make_answers(pilot, 3)

    watched = judged(taken(pilot, rosa), at=1200, claimed_seconds=1200.0).review
    plain = judged(taken(pilot, rosa), at=1200, claimed_seconds=None).review
    said = judged(taken(pilot, rosa), at=1200, stated_minutes=Decimal(4)).review

    assert [each.active_seconds for each in (watched, plain, said)] == [60, 60, 240]
    timed = [each.sitting.timed_by for each in (watched, plain, said)]
    assert timed == [TimedBy.SCRIPT, TimedBy.CLOCK, TimedBy.PERSON]


def test_signs_of_life_credit_what_can_be_true_and_nothing_that_is_made_up() -> None:
    pilot, rosa = make_running_pilot(), make_user("rosa", "Reviewers")
    make_answers(pilot, 2)
    sitting = taken(pilot, rosa)

    credited = [
        sittings.beat(
            sitting=sitting, claimed_seconds=claim, by=rosa, now=NOW + timedelta(seconds=at)
        ).active_seconds
        for at, claim in ((20, 20), (40, 35), (50, 9e9), (51, 9e9), (60, -5))
    ]

    assert credited == [20, 35, 45, 45, 45]
    with pytest.raises(Refused, match="You opened it 2 minutes ago"):
        judged(sitting, at=120, stated_minutes=Decimal(30))


def test_who_gives_no_sign_of_life_loses_it_to_others_and_else_her_work_counts() -> None:
    pilot, rosa, otto = make_running_pilot(), make_user("rosa", "Reviewers"), make_user("otto", "Reviewers")
    make_answers(pilot, 1)
    mine = taken(pilot, rosa)
    assert sittings.take(pilot=pilot, by=otto, now=NOW + timedelta(minutes=14)) is None

    theirs = taken(pilot, otto, seconds=16 * 60)
    with pytest.raises(Refused, match="somebody else has it by now"):
        judged(mine, at=17 * 60)
    sittings.skip(sitting=theirs, by=otto, now=NOW + timedelta(minutes=18))

    assert sittings.take(pilot=pilot, by=otto, now=NOW + timedelta(minutes=19)) is None
    assert judged(mine, at=20 * 60).is_new
    assert Review.objects.get().reviewer == rosa


def test_a_second_check_is_made_by_somebody_else_and_counts_in_no_item_twice() -> None:
    pilot, rosa, otto = make_running_pilot(), make_user("rosa", "Reviewers"), make_user("otto", "Reviewers")
    make_answers(pilot, 1)
    anchors.plan(pilot=pilot, share=100, second_share=100, anchor_days=14, by=pilot.owner, now=NOW)
    judged(taken(pilot, rosa))
    assert sittings.take(pilot=pilot, by=rosa, now=NOW, draw=SECOND) is None

    second = taken(pilot, otto, draw=SECOND)
    done = judged(second)

    assert (second.turn, done.is_new, done.uncounted) == (Turn.SECOND, True, "")
    assert len(minutes()) == 1


def test_anchors_come_back_after_the_interval_to_each_person_and_without_a_mark() -> None:
    pilot, rosa = make_running_pilot(), make_user("rosa", "Reviewers")
    result, _other = make_answers(pilot, 2)
    anchors.choose(pilot=pilot, results=[result.pk], by=pilot.owner, now=NOW)
    plan = review_queue.plan_of(pilot)

    first = taken(pilot, rosa, draw=ANCHOR)
    judged(first, verdict="rejected", note="No.", severity="minor")
    assert not review_queue.anchors(pilot, rosa, plan, now=NOW + timedelta(days=13)).exists()
    again = taken(pilot, rosa, seconds=15 * 86400, draw=ANCHOR)
    judged(again)

    assert [first.result_id, again.result_id] == [result.pk, result.pk]
    told = list(Review.objects.order_by("pk").values_list("anchor", "verdict"))
    assert told == [(True, "rejected"), (True, "accepted")]
    assert minutes() == []
    (drift,) = anchor_queries.load(pilot, now=NOW + timedelta(days=20)).drifts
    assert (drift.name, drift.standard.items, drift.standard.lenient) == ("rosa", 1, 1)


def test_viewers_judge_nothing_and_nobody_judges_for_somebody_else() -> None:
    pilot, rosa = make_running_pilot(), make_user("rosa", "Reviewers")
    make_answers(pilot, 1)
    sitting = taken(pilot, rosa)

    with pytest.raises(NotAllowed):
        sittings.take(pilot=pilot, by=make_user("", "Viewers"), now=NOW)
    for act in (
        lambda: sittings.skip(sitting=sitting, by=pilot.owner, now=NOW),
        lambda: sittings.beat(sitting=sitting, claimed_seconds=1, by=pilot.owner, now=NOW),
        lambda: sittings.judge(sitting=sitting, judgement=Judgement("accepted"), by=pilot.owner, now=NOW),
        lambda: anchors.choose(pilot=pilot, results=[sitting.result_id], by=rosa, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    sitting.refresh_from_db()
    assert (sitting.state, Review.objects.count(), minutes()) == (SittingState.OPEN, 0, [])


def test_what_is_not_accepted_says_why_and_how_bad() -> None:
    pilot, rosa = make_running_pilot(), make_user("rosa", "Reviewers")
    make_answers(pilot, 1)
    sitting = taken(pilot, rosa)

    codes = []
    for words in ({"verdict": ""}, {"verdict": "rejected"}, {"verdict": "corrected", "note": "Half."}):
        with pytest.raises(Refused) as refused:
            judged(sitting, **words)
        codes.append(refused.value.code)

    assert codes == ["verdict_missing", "note_missing", "severity_missing"]
    assert (minutes(), Review.objects.count()) == ([], 0)
