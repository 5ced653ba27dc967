from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pilots.models import Event, Pilot
from pilots.queries.readiness import checklist
from tests.factories import (
    make_deployment,
    make_manager,
    make_owner,
    make_pilot,
    make_ready_pilot,
    make_running_pilot,
)
from tests.pilots.admin.forms import untouched

ADD = "/admin/pilots/pilot/add/"


@pytest.fixture
def owner(client: Client, db: None) -> User:
    owner = make_owner("olga")
    client.force_login(owner)
    return owner


EMPTY: dict[str, str] = {}
"""The form as it is opened, read once: only its owner differs between tests."""


def draft(client: Client, **typed: str) -> dict[str, str]:
    """The least a person types for a draft, and what the test adds."""
    if not EMPTY:
        EMPTY.update(untouched(client.get(ADD)))
    least = {"name": "Ticket triage", "workflow": "Assign tickets", "decider": str(make_manager("marie").pk)}
    return EMPTY | {"owner": client.session["_auth_user_id"]} | least | typed


def test_the_owner_is_the_person_signed_in_and_the_window_is_eight_weeks(owner: User, client: Client) -> None:
    first = untouched(client.get(ADD))

    start, maintenance, end = (
        date.fromisoformat(first[name]) for name in ("window_start", "maintenance_start", "window_end")
    )
    assert first["owner"] == str(owner.pk)
    assert ((end - start).days + 1, (end - maintenance).days + 1) == (56, 21)


def test_three_fields_are_enough_for_a_draft(owner: User, client: Client) -> None:
    response = client.post(ADD, draft(client, slug=""))

    pilot = Pilot.objects.get()
    assert response.headers["Location"] == f"/admin/pilots/pilot/{pilot.pk}/change/"
    assert (pilot.slug, pilot.state, pilot.owner, pilot.friction) == ("ticket-triage", "draft", owner, "")


def test_a_pilot_is_logged_with_its_metric_goal_trigger_and_candidate_on_one_page(
    owner: User, client: Client
) -> None:
    typed = {
        "candidates-0-name": "Small model",
        "candidates-0-deployment": str(make_deployment().pk),
        "metrics-0-name": "Review minutes",
        "metrics-0-unit": "min",
        "metrics-0-goal-0-margin": "0.3",
        "metrics-0-stop_trigger-0-margin": "0.2",
    }

    client.post(ADD, draft(client, **typed))

    pilot = Pilot.objects.get()
    metric = pilot.metrics.get()
    assert (metric.key, metric.goal.margin, metric.stop_trigger.margin) == (
        "review_minutes",
        Decimal("0.3"),
        Decimal("0.2"),
    )
    assert [(each.slug, each.role) for each in pilot.candidates.all()] == [("small-model", "primary")]


def test_logging_is_kept_in_the_audit_log(owner: User, client: Client) -> None:
    client.post(ADD, draft(client, **{"metrics-0-name": "Cost", "metrics-0-goal-0-margin": "2"}))

    event = Event.objects.get()
    assert (event.verb, event.actor, event.before) == ("pilot.logged", owner, {})
    assert event.after["name"] == "Ticket triage"
    assert event.after["metrics.cost.goal"] == {"margin": "2"}


def test_an_edit_is_kept_with_the_values_before_and_after(owner: User, client: Client) -> None:
    pilot = make_ready_pilot(owner=owner)
    page = f"/admin/pilots/pilot/{pilot.pk}/change/"
    typed = {
        "volume_per_month": "700",
        "metrics-0-goal-0-margin": "0.5",
        "metrics-0-stop_trigger-0-DELETE": "on",
    }

    client.post(page, untouched(client.get(page)) | typed)

    event = Event.objects.get()
    assert event.verb == "pilot.changed"
    assert event.before == {
        "volume_per_month": 600,
        "metrics.review_minutes.goal": {"margin": "0.3"},
        "metrics.review_minutes.stop_trigger": "there",
    }
    assert event.after == {
        "volume_per_month": 700,
        "metrics.review_minutes.goal": {"margin": "0.5"},
        "metrics.review_minutes.stop_trigger": "removed",
    }


def test_saving_an_untouched_form_changes_and_logs_nothing(owner: User, client: Client) -> None:
    pilot = make_ready_pilot(owner=owner)
    page = f"/admin/pilots/pilot/{pilot.pk}/change/"

    response = client.post(page, untouched(client.get(page)))

    assert (response.status_code, Event.objects.count()) == (302, 0)


def test_the_form_says_what_keeps_the_draft_from_starting(owner: User, client: Client) -> None:
    pilot = make_pilot(owner=owner, friction="")

    page = client.get(f"/admin/pilots/pilot/{pilot.pk}/change/").content.decode()

    assert "Nobody said what hurts today." in page
    assert "No model is under trial." in page


# What is wrong between a metric and its criteria is only looked for once each is right by itself.
WRONG_TOGETHER = [
    (
        {"link": "activity", "goal-0-margin": "1"},
        "Calls 0 counts activity, which is not value: it has no goal.",
    ),
    (
        {"link": "activity", "stop_trigger-0-margin": "1"},
        "Calls 1 counts activity, which is not value: it has no stop trigger.",
    ),
    (
        {"estimand": "total", "design": "absolute", "goal-0-target": "1"},
        "Calls 2 is a running sum: it can be kept under a limit by a stop trigger, but it is never a goal.",
    ),
]
WRONG_ALONE = [
    ({"stop_trigger-0-limit": "1", "stop_trigger-0-hard": "on"}, "Only a total stops at once."),
    (
        {"design": "absolute", "goal-0-margin": "1"},
        "Calls 1 is compared with nothing, so there is no margin. Give a target instead.",
    ),
    ({"estimand": "quantile"}, "Say which one: 0.95 for p95."),
    ({"goal-0-relative": "on"}, "Give either a margin (how much better) or a target"),
]


@pytest.mark.parametrize("wrong", [WRONG_TOGETHER, WRONG_ALONE])
def test_what_the_judge_would_refuse_is_said_on_the_page(
    owner: User, client: Client, wrong: list[tuple[dict[str, str], str]]
) -> None:
    first = draft(client)
    rows = {"metrics-TOTAL_FORMS": str(len(wrong))}
    for number, (typed, _) in enumerate(wrong):
        row = {
            name.removeprefix("metrics-0-"): value for name, value in first.items() if "metrics-0-" in name
        }
        row |= {"name": f"Calls {number}"} | typed
        rows |= {f"metrics-{number}-{name}": value for name, value in row.items()}

    response = client.post(ADD, first | rows)

    said = response.content.decode().replace("&#x27;", "'")
    assert [sentence for _, sentence in wrong if sentence not in said] == []
    assert (response.status_code, Pilot.objects.exists()) == (200, False)


def test_a_candidate_without_a_deployment_is_refused_in_words(owner: User, client: Client) -> None:
    response = client.post(ADD, draft(client, **{"candidates-0-name": "Nobody"}))

    assert "Choose a deployment from the catalogue, or the role “Without AI”." in response.content.decode()


def test_two_primary_candidates_are_refused_in_words(owner: User, client: Client) -> None:
    deployment = str(make_deployment().pk)
    typed = {
        "candidates-TOTAL_FORMS": "2",
        "candidates-0-name": "One",
        "candidates-0-deployment": deployment,
        "candidates-1-name": "Two",
        "candidates-1-role": "primary",
        "candidates-1-deployment": deployment,
    }

    response = client.post(ADD, draft(client, **typed))

    assert "A pilot has one primary candidate." in response.content.decode()


def test_the_decider_cannot_be_the_owner(owner: User, client: Client) -> None:
    response = client.post(ADD, draft(client) | {"decider": str(owner.pk)})

    assert "The decider signs and must be somebody other than the owner." in response.content.decode()


def test_the_owner_must_be_somebody_who_may_run_pilots(owner: User, client: Client) -> None:
    response = client.post(ADD, draft(client, owner=str(make_manager("mia").pk)))

    assert "mia may not run pilots. Choose somebody from the group Owners." in response.content.decode()


def test_a_change_of_a_started_charter_needs_a_reason(owner: User, client: Client) -> None:
    pilot = make_running_pilot(owner=owner)
    page = f"/admin/pilots/pilot/{pilot.pk}/change/"

    response = client.post(page, untouched(client.get(page)) | {"operator": "Night shift"})

    assert response.context["adminform"].form.errors == {"change_reason": ["This field is required."]}


def test_a_change_of_a_started_charter_is_a_new_version(owner: User, client: Client) -> None:
    pilot = make_running_pilot(owner=owner)
    page = f"/admin/pilots/pilot/{pilot.pk}/change/"

    client.post(
        page,
        untouched(client.get(page)) | {"operator": "Night shift", "change_reason": "The day shift is gone."},
    )

    first, second = pilot.charters.order_by("number")
    assert (first.charter["operator"], second.charter["operator"]) == ("Legal operations", "Night shift")
    assert (second.number, second.reason, second.written_by) == (2, "The day shift is gone.", owner)


def test_an_output_schema_that_is_none_is_refused_in_words(owner: User, client: Client) -> None:
    response = client.post(ADD, draft(client, contract_output_schema='{"type": "text"}'))

    assert "This is no JSON Schema" in response.content.decode()


def test_a_cap_becomes_a_hard_stop_trigger(owner: User, client: Client) -> None:
    client.post(ADD, draft(client, spend_cap="400"))

    trigger = Pilot.objects.get().metrics.get(key="spend").stop_trigger
    assert (trigger.limit, trigger.hard) == (Decimal("400"), True)


def test_a_risk_is_registered_on_the_same_page(owner: User, client: Client) -> None:
    typed = {
        "risks-TOTAL_FORMS": "1",
        "risks-0-category": "bias",
        "risks-0-text": "Short tickets are read badly.",
        "risks-0-likelihood": "3",
        "risks-0-impact": "2",
        "risks-0-state": "open",
    }

    client.post(ADD, draft(client, **typed))

    assert Pilot.objects.get().risks.get().text == "Short tickets are read badly."


def test_points_are_left_open_with_a_reason_and_only_if_they_may_be(owner: User, client: Client) -> None:
    pilot = make_ready_pilot(owner=owner, scope_out="", workflow="Check clauses\nFile contracts")
    before = pilot.overrides.count()
    page = f"/admin/pilots/pilot/{pilot.pk}/override/"
    codes = {point.code for point in checklist(pilot).overridable}

    refused = client.post(page, {"code": [*codes, "no_goal"], "reason": "Later."})
    after_refusal = pilot.overrides.count()
    left = client.post(page, {"code": list(codes), "reason": "It is one mailbox."})

    assert (refused.status_code, after_refusal, left.status_code) == (200, before, 302)
    assert len(codes) > 1
    assert {(row.code, row.reason) for row in pilot.overrides.filter(code__in=codes)} == {
        (code, "It is one mailbox.") for code in codes
    }


def test_the_checklist_follows_the_form_and_asking_keeps_nothing(owner: User, client: Client) -> None:
    typed = {"_look": "1", "friction": "Reading takes long.", "metrics-0-name": "Cost"}
    form = draft(client, **typed)

    said, faulty = (client.post(ADD, form | more).content.decode() for more in ({}, {"name": ""}))

    assert "A promise without a volume cannot be judged." in said
    assert "Nobody said what hurts today." not in said
    assert "Without a goal nothing can be proven." in said
    assert "<li>Name: This field is required.</li>" in faulty
    assert (Pilot.objects.count(), Event.objects.count()) == (0, 0)


def test_of_a_saved_draft_too(owner: User, client: Client) -> None:
    pilot = make_ready_pilot(owner=owner)
    page = f"/admin/pilots/pilot/{pilot.pk}/change/"
    form = untouched(client.get(page)) | {"_look": "1"}

    whole, broken = (
        client.post(page, form | typed).content.decode() for typed in ({}, {"volume_per_month": ""})
    )

    pilot.refresh_from_db()
    assert "Nothing is missing in what stands on this page." in whole
    assert "A promise without a volume cannot be judged." in broken
    assert pilot.volume_per_month == 600
