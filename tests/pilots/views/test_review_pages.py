"""The pages of the review queue and of anchors: who sees what of whom."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client

from pilots.actions import anchors, sittings
from pilots.models import Pilot, ReviewPlan, Sitting
from tests.factories import NOW, make_user
from tests.pilots.actions.test_review_queue import ANCHOR, judged, taken
from tests.pilots.answers import make_answers

SignedIn = Callable[[User], Client]
PAGE = "/p/clause-check/review/"


def test_a_reviewer_takes_one_judges_it_and_has_the_next_before_her(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    results = make_answers(pilot, 2)
    results[0].case.__class__.objects.update(input="Write to ann@example.org: who pays?")
    rosa = signed_in(make_user("rosa", "Reviewers"))

    empty = rosa.get(PAGE).content.decode()
    rosa.post(f"{PAGE}next/")
    shown = rosa.get(PAGE).content.decode()
    sitting = Sitting.objects.get()
    beat = rosa.post(f"{PAGE}{sitting.pk}/active/", {"active": "nan"})
    refused = rosa.post(f"{PAGE}{sitting.pk}/", {"verdict": "rejected", "note": "Kept <words>"})
    kept = rosa.post(f"{PAGE}{sitting.pk}/", {"verdict": "accepted", "active": "3"})

    assert "2 answers wait" in empty
    assert "Write to [e-mail]: who pays?" in shown
    assert (beat.status_code, refused.status_code, kept.headers["Location"]) == (422, 409, PAGE)
    assert "Say how bad it would have been" in refused.content.decode()
    assert "Kept &lt;words&gt;" in refused.content.decode()
    assert list(Sitting.objects.order_by("pk").values_list("state", flat=True)) == ["done", "open"]


def test_an_anchor_has_no_mark_and_viewers_learn_neither_names_nor_verdicts(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    result, other = make_answers(pilot, 2)
    anchors.choose(pilot=pilot, results=[result.pk], by=pilot.owner, now=NOW)
    rosa, otto = make_user("rosa", "Reviewers"), make_user("otto", "Reviewers")
    judged(
        taken(pilot, otto, seconds=-60, draw=ANCHOR),
        verdict="rejected",
        note="Otto objects.",
        severity="minor",
    )

    def page_of(person: User) -> str:
        return signed_in(person).get(PAGE).content.decode()

    anchor = taken(pilot, rosa, draw=ANCHOR)
    as_anchor = page_of(rosa)
    sittings.skip(sitting=anchor, by=rosa, now=NOW)
    first = taken(pilot, rosa)
    as_first = page_of(rosa)
    standards = signed_in(make_user("vic", "Viewers")).get("/p/clause-check/anchors/").content.decode()
    mine = signed_in(pilot.owner).get("/p/clause-check/anchors/").content.decode()

    def bare(page: str, sitting: Sitting) -> str:
        """Without what differs between any two items, and what a token of the form makes."""
        for word in (f"/{sitting.pk}/", sitting.result.case.input, "2 more", "1 more"):
            page = page.replace(word, "")
        return "".join(
            line for line in page.splitlines() if "csrf" not in line.lower() and "wait" not in line
        )

    assert (anchor.result_id, first.result_id) == (result.pk, other.pk)
    assert bare(as_anchor, anchor) == bare(as_first, first)
    assert ("otto" in standards, "otto" in mine, "objects" in standards + mine) == (False, True, False)


def test_how_long_somebody_took_is_shown_to_her_alone(pilot: Pilot, signed_in: SignedIn) -> None:
    make_answers(pilot, 1)
    rosa = make_user("rosa", "Reviewers")
    judged(taken(pilot, rosa))
    reviews = "/api/v1/pilots/clause-check/reviews/"

    hers, others = (
        signed_in(each).get(reviews).json()["results"][0] for each in (rosa, make_user("vic", "Viewers"))
    )
    log = signed_in(pilot.owner).get("/p/clause-check/log/").content.decode()

    assert (hers["active_seconds"], others["active_seconds"], others["verdict"]) == (
        "20.00",
        None,
        "accepted",
    )
    assert "rosa" not in log


def test_only_who_runs_the_pilot_sets_what_is_looked_at(pilot: Pilot, signed_in: SignedIn) -> None:
    plan = {"plan": "1", "share": "50", "second_share": "20", "anchor_days": "7"}
    page = "/p/clause-check/anchors/"

    refused = signed_in(make_user("", "Reviewers")).post(page, plan)
    wrong = signed_in(pilot.owner).post(page, plan | {"share": "101"})
    signed_in(pilot.owner).post(page, plan)

    assert (refused.status_code, wrong.status_code) == (403, 422)
    assert ReviewPlan.objects.values_list("share", "second_share", "anchor_days").get() == (50, 20, 7)
