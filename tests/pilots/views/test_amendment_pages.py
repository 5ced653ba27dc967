"""The plan's page: versions with who and why, proposals with a button for the second person alone, a form for the owner.
And the rehearsal's page, which everybody may ask."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pilots.actions import amendments, measurements, pilots
from pilots.actions.changes import Act, Changes, Kind, RuleChange
from pilots.models import Amendment, AmendmentAnswer, Pilot, PlanVersion, StopTrigger
from tests.copied_rows import copied
from tests.factories import NOW, make_manager, make_metric, make_pilot, make_ready_pilot, make_rows, make_user

SignedIn = Callable[[User], Client]
PLAN = "/p/clause-check/plan/"
REHEARSE = "/p/clause-check/rehearse/"

pytestmark = pytest.mark.django_db


@pytest.fixture
@copied
def pilot() -> Pilot:
    """Running since ten days; review minutes with goal and trigger, cost with neither, a share against a limit."""
    made = make_ready_pilot()
    make_metric(made, "cost", unit="EUR")
    wrong = make_metric(made, "wrong", estimand="rate", design="absolute", unit="", cap=None, floor=None)
    StopTrigger.objects.create(metric=wrong, limit=Decimal("0.1"))
    pilots.start(pilot=made, by=made.owner, now=NOW - timedelta(days=10))
    made.refresh_from_db()
    return made


@pytest.fixture
def proposal(pilot: Pilot) -> Amendment:
    """The owner asks for half a minute of harm instead of 0.2."""
    change = RuleChange(
        kind=Kind.STOP_TRIGGER, act=Act.CHANGE, metric="review_minutes", margin=Decimal("0.5")
    )
    return amendments.propose(
        pilot=pilot, changes=Changes(rules=(change,)), reason="It was too strict.", by=pilot.owner, now=NOW
    )


def asked(**changes: str) -> dict[str, str]:
    """What the owner's browser sends to tighten the trigger."""
    return {
        "rule": "stop_trigger:review_minutes",
        "margin": "0.1",
        "level": "",
        "reason": "Harm counts twice.",
        **changes,
    }


def say(response: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", unbroken(response.content.decode()))
    return re.sub(r"\s+", " ", text)


def unbroken(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


# --- the plan ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["Owners", "Managers", "Reviewers", "Auditors", "Viewers"])
def test_every_role_reads_the_plan_and_only_who_runs_it_gets_the_form(
    pilot: Pilot, signed_in: SignedIn, group: str
) -> None:
    response = signed_in(make_user("reader", group)).get(PLAN)

    assert response.status_code == 200
    assert (
        "Stop trigger on review minutes Stops if more than 0.2 min higher than before from the start"
        in say(response)
    )
    assert "Propose a change" not in say(response)


def test_the_anonymous_sign_in_first(pilot: Pilot, client: Client) -> None:
    for address in (PLAN, REHEARSE, f"{PLAN}1/second/", f"{PLAN}1/decline/"):
        response = client.post(address)

        assert (response.status_code, response.headers["Location"]) == (302, f"/login/?next={address}")


def test_a_tighter_trigger_is_in_force_at_once(pilot: Pilot, signed_in: SignedIn) -> None:
    response = signed_in(pilot.owner).post(PLAN, asked(), follow=True)

    text = say(response)
    assert response.redirect_chain == [(PLAN, 302)]
    assert "The plan has a new version." in text
    assert f"Version 2 by {pilot.owner} Harm counts twice." in text
    assert (
        "Old stops if more than 0.2 min higher than before New stops if more than 0.1 min higher than before"
        in text
    )
    assert StopTrigger.objects.get(metric__key="review_minutes").margin == Decimal("0.1")


def test_a_looser_trigger_waits_with_its_reason_and_the_looks_so_far(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    response = signed_in(pilot.owner).post(PLAN, asked(margin="0.5", reason="Too strict."), follow=True)

    text = say(response)
    assert "Proposed. It waits for a second person." in text
    assert "Proposal 1 waits for a second person" in text
    assert "after 0 looks" in text
    assert "Needs a second person Starts anew" in text
    assert f"You proposed it, so somebody else must agree: {pilot.decider}." in text
    assert PlanVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "kind", "act"),
    [
        ({"rule": "goal:cost", "margin": "0.2"}, "goal", "add"),
        ({"rule": "goal:review_minutes", "margin": "0.2"}, "goal", "change"),
        ({"rule": "stop_trigger:wrong", "margin": "", "remove": "on"}, "stop_trigger", "remove"),
        ({"rule": "stop_trigger:wrong", "margin": "", "level": "0.2"}, "stop_trigger", "change"),
    ],
)
def test_the_form_adds_changes_and_removes(
    pilot: Pilot, signed_in: SignedIn, changes: dict[str, str], kind: str, act: str
) -> None:
    signed_in(pilot.owner).post(PLAN, asked(**changes))

    (written,) = Amendment.objects.get().changes["rules"]
    assert (written["kind"], written["act"], written["metric"]) == (kind, act, changes["rule"].split(":")[1])


def test_the_form_opens_with_the_rule_that_was_chosen(pilot: Pilot, signed_in: SignedIn) -> None:
    form = signed_in(pilot.owner).get(f"{PLAN}?rule=stop_trigger:wrong").context["form"]

    assert {name: form[name].value() for name in ("rule", "margin", "level")} == {
        "rule": "stop_trigger:wrong",
        "margin": "",
        "level": "0.1",
    }


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"reason": ""}, 422, "This field is required."),
        ({"rule": ""}, 422, "This field is required."),
        ({"rule": "goal:nonsense"}, 422, "is not one of the available choices"),
        ({"margin": "much"}, 422, "Enter a number."),
        ({"margin": ""}, 409, "Give either a margin (how much worse) or a limit (a level)"),
        ({"margin": "0.2"}, 409, "This changes nothing: the plan says so already."),
        (
            {"rule": "stop_trigger:wrong"},
            409,
            "wrong is held against a number, so a margin has nothing to be better",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_the_entries_are_kept(
    pilot: Pilot, signed_in: SignedIn, changes: dict[str, str], status: int, sentence: str
) -> None:
    data = asked(**{"reason": "Kept words.", **changes})

    response = signed_in(pilot.owner).post(PLAN, data)

    assert response.status_code == status
    assert sentence.casefold() in say(response).casefold()
    assert data["reason"] in response.content.decode()
    assert not Amendment.objects.exists()


@pytest.mark.parametrize("group", ["Owners", "Managers", "Reviewers", "Auditors", "Viewers"])
def test_nobody_else_proposes(pilot: Pilot, signed_in: SignedIn, group: str) -> None:
    response = signed_in(make_user("reader", group)).post(PLAN, asked())

    assert response.status_code == 403
    assert "Only the owner or the deputy proposes to change the plan." in say(response)
    assert not Amendment.objects.exists()


def test_a_post_needs_the_token_of_the_page(proposal: Amendment, pilot: Pilot) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(pilot.decider)

    answers = [client.post(address) for address in (PLAN, f"{PLAN}1/second/", f"{PLAN}1/decline/")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert not AmendmentAnswer.objects.exists()


def test_the_decider_agrees_by_a_button(proposal: Amendment, pilot: Pilot, signed_in: SignedIn) -> None:
    client = signed_in(pilot.decider)

    shown, done = client.get(PLAN), client.post(f"{PLAN}1/second/", follow=True)

    assert "Agree, and put it in force" in say(shown)
    assert "You agreed. Version 2 of the plan is in force." in say(done)
    assert f"Version 2 by {pilot.owner}, seconded by {pilot.decider} It was too strict." in say(done)
    assert "Starts anew: Review minutes." in say(done)
    assert "from 20 November 2026, 12:00 UTC" in say(done)


def test_the_proposer_has_no_such_button_and_is_refused(
    proposal: Amendment, pilot: Pilot, signed_in: SignedIn
) -> None:
    client = signed_in(pilot.owner)

    shown, refused = client.get(PLAN), client.post(f"{PLAN}1/second/")

    assert "Agree, and put it in force" not in say(shown)
    assert refused.status_code == 403
    assert "You proposed this, so somebody else must agree" in say(refused)
    assert PlanVersion.objects.count() == 1


def test_a_manager_of_other_pilots_may_neither_agree_nor_decline(
    proposal: Amendment, signed_in: SignedIn
) -> None:
    client = signed_in(make_manager())

    answers = [
        client.get(PLAN),
        client.post(f"{PLAN}1/second/"),
        client.post(f"{PLAN}1/decline/", {"reason": "No."}),
    ]

    assert [answer.status_code for answer in answers] == [200, 403, 403]
    assert "Agree, and put it in force" not in say(answers[0])
    assert not AmendmentAnswer.objects.exists()


def test_the_decider_declines_with_a_reason(proposal: Amendment, pilot: Pilot, signed_in: SignedIn) -> None:
    client = signed_in(pilot.decider)

    without = client.post(f"{PLAN}1/decline/", {"reason": ""})
    done = client.post(f"{PLAN}1/decline/", {"reason": "Not with these numbers."}, follow=True)

    assert without.status_code == 409
    assert "Say why you decline" in say(without)
    assert "Declined. The plan stays as it is." in say(done)
    assert f"declined by {pilot.decider} It was too strict. Answer: Not with these numbers." in say(done)


def test_the_owner_withdraws(proposal: Amendment, pilot: Pilot, signed_in: SignedIn) -> None:
    done = signed_in(pilot.owner).post(f"{PLAN}1/decline/", follow=True)

    assert "Withdrawn. The plan stays as it is." in say(done)
    assert AmendmentAnswer.objects.get().kind == "withdrawn"


def test_a_second_click_is_told_that_it_came_late(
    proposal: Amendment, pilot: Pilot, signed_in: SignedIn
) -> None:
    client = signed_in(pilot.decider)
    client.post(f"{PLAN}1/second/")

    again = client.post(f"{PLAN}1/second/")

    assert again.status_code == 409
    assert f"This was seconded by {pilot.decider} already." in say(again)


def test_answers_are_posted(proposal: Amendment, pilot: Pilot, signed_in: SignedIn) -> None:
    client = signed_in(pilot.decider)

    assert [client.get(f"{PLAN}1/{act}/").status_code for act in ("second", "decline")] == [405, 405]
    assert [client.post(f"{PLAN}9/{act}/").status_code for act in ("second", "decline")] == [404, 404]


def test_a_decided_pilot_shows_its_closed_plan(
    pilot: Pilot, proposal: Amendment, signed_in: SignedIn
) -> None:
    Pilot.objects.update(state="decided")

    text = say(signed_in(pilot.owner).get(PLAN))

    assert "This pilot has been decided: its plan is closed." in text
    assert "Propose a change" not in text


def test_a_draft_has_no_plan_yet(signed_in: SignedIn) -> None:
    pilot = make_pilot("draft-check")

    response = signed_in(pilot.owner).get("/p/draft-check/plan/")

    assert "Not frozen yet" in say(response)


def test_the_number_of_queries_does_not_grow_with_versions(
    pilot: Pilot, signed_in: SignedIn, django_assert_num_queries: Any
) -> None:
    client = signed_in(pilot.owner)
    client.post(PLAN, asked())
    with django_assert_num_queries(9):
        client.get(PLAN)
    client.get(PLAN)  # takes the message away
    for margin in ("0.09", "0.08", "0.5", "0.6"):
        client.post(PLAN, asked(margin=margin))

    with django_assert_num_queries(9):
        client.get(PLAN)


def test_reasons_are_escaped(pilot: Pilot, signed_in: SignedIn) -> None:
    client = signed_in(pilot.owner)

    page = client.post(PLAN, asked(reason="<script>alert(1)</script>"), follow=True).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


# --- the rehearsal ----------------------------------------------------------------------------------------------------


@pytest.fixture
def measured(pilot: Pilot) -> Pilot:
    """Three before; three days at 5 minutes, and 20 wrong of 60 a day."""
    measurements.record(
        pilot=pilot, rows=make_rows(300, phase="baseline", start=NOW.replace(month=10)), now=NOW, atomic=True
    )
    for ago in (3, 2, 1):
        start = NOW - timedelta(days=ago)
        wrong = [
            row | {"metric": "wrong", "value": float(index < 20), "source": "wrong"}
            for index, row in enumerate(make_rows(60, start=start))
        ]
        measurements.record(
            pilot=pilot, rows=make_rows(60, value=5, start=start) + wrong, now=NOW, atomic=True
        )
    return pilot


@pytest.mark.parametrize("group", ["Owners", "Managers", "Reviewers", "Auditors", "Viewers"])
def test_every_role_may_rehearse(measured: Pilot, signed_in: SignedIn, group: str) -> None:
    response = signed_in(make_user("reader", group)).get(REHEARSE)

    assert response.status_code == 200
    assert "Propose this rule" not in say(response)


def test_a_person_without_a_role_may_not(measured: Pilot, signed_in: SignedIn) -> None:
    assert signed_in(make_user("nobody")).get(REHEARSE).status_code == 403


def test_it_opens_with_the_first_trigger_as_it_stands(measured: Pilot, signed_in: SignedIn) -> None:
    response = signed_in(measured.owner).get(REHEARSE)

    text = say(response)
    assert "Review minutes: stops if more than 0.2 min higher than before Would have fired" in text
    assert (
        "Would have fired on 17 November 2026, after 1 day and 60 items: review minutes 5 min against 3 min"
        in text
    )
    assert [(f"{day.look.at:%d}", day.line.status) for day in response.context["result"].days] == [
        ("17", "Breached"),
        ("18", "Breached"),
        ("19", "Breached"),
    ]


def test_another_rule_is_asked_in_the_address_and_can_be_proposed(
    measured: Pilot, signed_in: SignedIn
) -> None:
    client = signed_in(measured.owner)

    response = client.get(f"{REHEARSE}?metric=review_minutes&margin=0.9&relative=on")

    assert "stops if more than 90 % higher than before Would not have fired" in say(response)
    link = re.search(r'href="([^"]+)">Propose this rule', response.content.decode())
    assert link is not None
    form = client.get(link[1].replace("&amp;", "&").partition("#")[0]).context["form"]
    assert {name: form[name].value() for name in ("rule", "margin", "level", "relative")} == {
        "rule": "stop_trigger:review_minutes",
        "margin": "0.9",
        "level": "",
        "relative": True,
    }


def test_a_limit_is_drawn_on_the_scale_of_the_metric(measured: Pilot, signed_in: SignedIn) -> None:
    response = signed_in(measured.owner).get(f"{REHEARSE}?metric=wrong&limit=0.25")

    chart, days = unbroken(response.context["result"].chart), response.context["result"].days
    assert "last 33.3 %, interval from 2" in chart
    assert "stop line 25 %" in chart
    assert [day.line.after for day in days] == ["33.3 %", "33.3 %", "33.3 %"]
    assert re.fullmatch(r"2\d\.?\d* to 4\d\.?\d* %", days[-1].range)


def test_the_drawing_and_the_table_say_the_same(measured: Pilot, signed_in: SignedIn) -> None:
    response = signed_in(measured.owner).get(REHEARSE)

    chart = unbroken(response.context["result"].chart)
    assert "3 values, 17 Nov 2026 to 19 Nov 2026; last −2 min" in chart
    assert "stop line −0.2 min; fired on 17 Nov 2026" in chart
    assert say(response).count("5 min 2 min worse") == 3


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "metric=wrong&margin=0.1",
            "wrong is compared with nothing, so there is no margin. Give a limit instead.",
        ),
        ("metric=review_minutes&margin=1&limit=2", "Give either a margin or a limit, and not both."),
        ("metric=cost", "Give either a margin or a limit, and not both."),
        ("metric=review_minutes&margin=wide", "Worse by more than: Enter a number."),
        ("metric=nonsense&margin=1", "is not one of the available choices."),
    ],
)
def test_a_rule_that_cannot_be_judged_says_what_to_give(
    measured: Pilot, signed_in: SignedIn, query: str, sentence: str
) -> None:
    response = signed_in(measured.owner).get(f"{REHEARSE}?{query}")

    assert response.status_code == 200
    assert sentence.casefold() in say(response).casefold()
    assert response.context["result"] is None


def test_before_any_number_there_is_nothing_to_rehearse_on(pilot: Pilot, signed_in: SignedIn) -> None:
    text = say(signed_in(pilot.owner).get(REHEARSE))

    assert "There is no measurement of the pilot to rehearse on yet." in text
    assert "Day by day" not in text


def test_a_pilot_without_a_metric_says_so(signed_in: SignedIn) -> None:
    pilot = make_pilot("draft-check")

    assert "No metric yet" in say(signed_in(pilot.owner).get("/p/draft-check/rehearse/"))
