"""A pilot from its first line to running, by script: each edit checked, kept in the log, and never behind a plan's back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from pilots.actions import overrides
from pilots.models import Amendment, Event, Pilot, PlanVersion, StopTrigger
from tests.factories import (
    make_deployment,
    make_manager,
    make_metric,
    make_owner,
    make_ready_pilot,
    make_token,
    make_user,
)

PILOTS = "/api/v1/pilots/"
CHARTER = {
    "slug": "ticket-triage",
    "name": "Ticket triage",
    "workflow": "Assign tickets to a queue",
    "owner": "olga",
    "decider": "marie",
    "window_start": "2026-11-01",
    "maintenance_start": "2026-11-15",
    "window_end": "2026-11-30",
}
REST = {
    "friction": "Tickets wait a day.",
    "volume_per_month": 900,
    "minutes_per_item": "3.5",
    "scope_out": "Complaints.",
    "real_problem": "Customers wait for the right team.",
    "extra_control": "Where two teams own a topic.",
    "silent_failure": "Tickets pile up in a queue that nobody reads.",
    "fallback_plan": "The desk sorts by hand.",
    "fallback_cost_per_day": "240.00",
}
WHOLE = {
    "objective": "Fewer idle tickets.",
    "data_class": "internal",
    "sector": "finance",
    "autonomy": "approve",
    "context_budget_tokens": 4000,
    "observability_hours": "6.0",
    "contract_inputs": "Subject and body.",
    "contract_output_schema": {"type": "object", "required": ["queue"]},
    "contract_must_define": "queue",
    "contract_may_infer": "language",
    "contract_errors": "no queue: leave it to a person",
    "contract_idempotent": True,
    "operator": "Service desk",
    "on_call": "Desk lead",
    "monitoring_link": "https://watch.example/triage",
    "upgrade_path": "The next version is tried on the same suite.",
    "support_contract": "Next business day.",
    "removal_plan": "Switch the inbox rule off.",
    "data_return": "The host deletes its logs.",
}

Clients = Callable[[str], APIClient]


@pytest.fixture
def admin(db: None, with_token: Clients) -> APIClient:
    make_owner("olga")
    make_manager("marie")
    return with_token(make_token(all_pilots=True, scopes=("read", "admin"))[1])


def send(client: APIClient, method: str, path: str, body: Any, **headers: str) -> Any:
    return getattr(client, method)(PILOTS + path, body, format="json", headers=headers)


def edit(client: APIClient, path: str, body: Any) -> Any:
    """With the ETag it has now."""
    return send(client, "patch", path, body, **{"If-Match": client.get(PILOTS + path).headers["ETag"]})


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_a_script_logs_a_pilot_with_all_its_parts_and_starts_it(admin: APIClient):
    make_deployment("tiny")

    answers = [
        send(admin, "post", "", CHARTER),
        edit(admin, "ticket-triage/", REST),
        send(
            admin,
            "post",
            "ticket-triage/candidates/",
            {"slug": "small", "name": "Small", "deployment": "tiny"},
        ),
        send(admin, "post", "ticket-triage/metrics/", {"key": "minutes", "name": "Minutes", "unit": "min"}),
        send(admin, "post", "ticket-triage/goals/", {"metric": "minutes", "margin": "0.3"}),
        send(
            admin,
            "post",
            "ticket-triage/stop-triggers/",
            {
                "metric": "minutes",
                "margin": "0.2",
                "response": "fallback",
                "action": "People sort them again.",
            },
        ),
    ]
    trigger = {"silent_failure_trigger": answers[-1].json()["id"]}
    answers.append(edit(admin, "ticket-triage/", trigger))
    _leave_open(Pilot.objects.get(), "one_kind_of_model")
    answers.append(send(admin, "post", "ticket-triage/transitions/", {"to": "running"}))

    assert [answer.status_code for answer in answers] == [201, 200, 201, 201, 201, 201, 200, 200], [
        answer.json() for answer in answers
    ]
    pilot = Pilot.objects.get()
    assert (pilot.state, pilot.started_by, PlanVersion.objects.get().frozen_by) == ("running",) + (
        pilot.owner,
    ) * 2
    assert [
        (event.verb, event.actor_id, event.token is not None) for event in Event.objects.order_by("id")[1:]
    ] == [
        ("pilot.logged", None, True),
        *[("pilot.changed", None, True)] * 6,
        ("checklist.overridden", pilot.owner_id, False),
        ("pilot.started", None, True),
    ]
    assert all(admin.get(answer.headers["Location"]).json() == answer.json() for answer in answers[2:6])


def _leave_open(pilot: Pilot, code: str) -> None:
    overrides.override(pilot=pilot, code=code, reason="Only one fits.", by=pilot.owner, now=timezone.now())


def test_the_whole_charter_is_written_and_read_back(admin: APIClient):
    send(admin, "post", "", CHARTER)

    answer = edit(admin, "ticket-triage/", WHOLE)

    assert answer.status_code == 200, answer.json()
    assert WHOLE.items() <= answer.json().items()
    assert Event.objects.latest("id").after["contract_output_schema"] == WHOLE["contract_output_schema"]


def test_the_caps_of_a_draft_become_hard_stop_triggers(admin: APIClient):
    send(admin, "post", "", CHARTER | {"spend_cap": "500", "volume_cap": 900})
    fences = _fences()

    edit(admin, "ticket-triage/", {"spend_cap": "400", "volume_cap": None})

    assert fences == {"spend": Decimal(500), "items_handled": Decimal(900)}
    assert _fences() == {"spend": Decimal(400)}


def _fences() -> dict[str, Decimal | None]:
    return dict(StopTrigger.objects.filter(hard=True).values_list("metric__key", "limit"))


def test_a_started_pilots_charter_is_kept_version_by_version_with_the_reason(pilot: Pilot, admin: APIClient):
    change = {"on_call": "Desk lead"}

    without = edit(admin, f"{pilot.slug}/", change)
    answer = edit(admin, f"{pilot.slug}/", change | {"reason": "A new rota."})

    assert (without.status_code, codes(without)) == (422, [("/reason", "reason_missing")])
    assert answer.json()["on_call"] == "Desk lead"
    assert [(version.number, version.reason) for version in pilot.charters.order_by("number")] == [
        (1, "Start of the pilot."),
        (2, "A new rota."),
    ]


def test_the_trigger_that_would_notice_is_one_of_the_pilot(admin: APIClient):
    pilot, other = make_ready_pilot(), make_ready_pilot("other")
    trigger = other.metrics.get().stop_trigger.pk

    answers = [
        edit(admin, f"{pilot.slug}/", {"silent_failure_trigger": value}) for value in (trigger, 2**70, "x")
    ]

    assert [codes(answer) for answer in answers] == [
        [("/silent_failure_trigger", code)] for code in ("does_not_exist", "does_not_exist", "incorrect_type")
    ]


def test_what_is_expected_of_a_metric_is_written_and_read_back(admin: APIClient):
    pilot = make_ready_pilot()
    expected = {"expected_value": "2.500000", "expected_sd": "1.000000", "expected_before": "3.000000"}

    answer = edit(admin, f"{pilot.slug}/metrics/review_minutes/", expected)

    assert expected.items() <= answer.json().items()


def test_a_person_logs_a_pilot_and_owns_it(db: None):
    make_manager("marie")
    client = APIClient()
    client.force_login(make_owner("olga"))

    answer = send(client, "post", "", {name: CHARTER[name] for name in CHARTER if name != "owner"})

    assert (answer.status_code, answer.json()["owner"]) == (201, "olga")
    assert Event.objects.get(verb="pilot.logged").actor.get_username() == "olga"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"nmae": "x"}, ("/nmae", "unknown_field")),
        ({"state": "running"}, ("/state", "unknown_field")),
        ({"decider": "nobody"}, ("/decider", "does_not_exist")),
        ({"decider": "olga"}, ("/non_field_errors", "invalid")),
        ({"owner": "marie"}, ("/owner", "invalid")),
        ({"owner": None}, ("/owner", "null")),
        ({"window_end": "2026-10-01"}, ("/non_field_errors", "invalid")),
        ({"wage_per_hour": "NaN"}, ("/wage_per_hour", "invalid")),
        ({"spend_cap": "-1"}, ("/spend_cap", "invalid")),
        ({"contract_output_schema": {"type": "text"}}, ("/contract_output_schema", "invalid")),
        ({"monitoring_link": "javascript:x"}, ("/monitoring_link", "invalid")),
        ({"silent_failure_trigger": 1}, ("/silent_failure_trigger", "does_not_exist")),
        ({"name": "x\u0000"}, ("/name", "null_characters_not_allowed")),
    ],
)  # fmt: skip
def test_a_faulty_charter_is_refused_by_field(
    change: dict[str, Any], found: tuple[str, str], admin: APIClient
):
    answer = send(admin, "post", "", CHARTER | change)

    assert (answer.status_code, codes(answer)) == (422, [found])
    assert Pilot.objects.count() == 0


def test_a_token_has_to_name_the_owner(admin: APIClient):
    answer = send(admin, "post", "", {name: CHARTER[name] for name in CHARTER if name != "owner"})

    assert (answer.status_code, codes(answer)) == (422, [("/owner", "invalid")])


def test_a_token_bound_to_pilots_logs_no_other(pilot: Pilot, with_token: Clients):
    make_owner("olga")
    make_manager("marie")
    bound = with_token(make_token(pilot, scopes=("admin",))[1])

    answer = send(bound, "post", "", CHARTER)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("person", ["stranger", "manager", "viewer"])
def test_who_does_not_run_a_pilot_changes_nothing_of_it(person: str, db: None):
    pilot = make_ready_pilot()
    makers = {
        "stranger": make_owner,
        "manager": lambda: pilot.decider,
        "viewer": lambda: make_user("v", "Viewers"),
    }
    client = APIClient()
    client.force_login(makers[person]())

    answers = [
        edit(client, f"{pilot.slug}/", {"name": "Mine"}),
        edit(client, f"{pilot.slug}/metrics/review_minutes/", {"name": "Mine"}),
        send(client, "post", f"{pilot.slug}/metrics/", {"key": "x", "name": "X"}),
        send(client, "post", f"{pilot.slug}/transitions/", {"to": "running"}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "not_allowed")] * 4
    assert not Event.objects.exists()


@pytest.mark.parametrize(("headers", "status"), [({}, 428), ({"If-Match": '"old"'}, 412)])
@pytest.mark.parametrize("path", ["", "metrics/review_minutes/", "candidates/primary/", "goals/{goal}/"])
def test_an_edit_starts_from_the_state_as_it_is(
    path: str, headers: dict[str, str], status: int, admin: APIClient
):
    pilot = make_ready_pilot()
    address = f"{pilot.slug}/{path.format(goal=pilot.metrics.get().goal.pk)}"

    answer = send(admin, "patch", address, {}, **headers)

    assert answer.status_code == status


def test_what_a_draft_lacks_is_listed(admin: APIClient):
    send(admin, "post", "", CHARTER)

    answer = send(admin, "post", "ticket-triage/transitions/", {"to": "running"})

    assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")
    assert codes(answer) == [
        ("/friction", "friction"),
        ("/volume_per_month", "promise_without_volume"),
        ("/minutes_per_item", "promise_without_minutes"),
        ("/scope_out", "scope_not_narrow"),
        ("/real_problem", "real_problem"),
        ("/extra_control", "extra_control"),
        ("/silent_failure", "silent_failure"),
        ("/candidates", "no_primary"),
        ("/goals", "no_goal"),
        ("/triggers", "no_trigger"),
        ("/fallback_plan", "fallback_missing"),
    ]
    assert answer.json()["errors"][3]["message"].endswith(
        "Or leave it open: a person says why on the pilot's page."
    )


def test_a_pilot_is_paused_and_resumed_with_a_reason(pilot: Pilot, admin: APIClient):
    path = f"{pilot.slug}/transitions/"

    answers = [
        send(admin, "post", path, {"to": "paused"}),
        send(admin, "post", path, {"to": "paused", "reason": "The host is down."}),
        send(admin, "post", path, {"to": "paused", "reason": "Again."}),
        send(admin, "post", path, {"to": "running", "reason": "It is back."}),
        send(admin, "post", path, {"to": "decided", "reason": "Enough."}),
        send(admin, "post", path, {"to": "gone", "reason": "Enough."}),
    ]

    assert [answer.status_code for answer in answers] == [422, 200, 409, 200, 403, 422]
    assert answers[4].json()["code"] == "decision_needs_person"
    assert codes(answers[0]) == [("/reason", "reason_missing")]


def test_a_frozen_field_says_so(pilot: Pilot, admin: APIClient):
    answer = edit(admin, f"{pilot.slug}/", {"window_end": "2026-12-31", "name": "Longer"})

    pilot.refresh_from_db()
    assert (answer.status_code, answer.json()["code"], pilot.name) == (409, "frozen", "Clause check")


def test_a_tighter_rule_is_in_force_at_once_and_the_log_says_by_which_token(pilot: Pilot, admin: APIClient):
    trigger = StopTrigger.objects.get()
    path = f"{pilot.slug}/stop-triggers/{trigger.pk}/"

    without_reason = edit(admin, path, {"margin": "0.1"})
    answer = edit(admin, path, {"margin": "0.1", "reason": "The lawyers asked."})

    assert (without_reason.status_code, codes(without_reason)) == (422, [("/reason", "reason_missing")])
    assert (answer.status_code, answer.json()["margin"]) == (200, "0.100000")
    amendment = Amendment.objects.get()
    assert (amendment.token is not None, amendment.proposed_by, amendment.answer.kind) == (
        True,
        pilot.owner,
        "applied",
    )
    assert Event.objects.get(verb="plan.amended").actor is None


def test_a_looser_rule_waits_for_a_person_other_than_who_answers_for_the_token(
    pilot: Pilot, admin: APIClient
):
    trigger = StopTrigger.objects.get()

    answer = edit(
        admin, f"{pilot.slug}/stop-triggers/{trigger.pk}/", {"margin": "0.9", "reason": "We were strict."}
    )

    trigger.refresh_from_db()
    assert (answer.status_code, answer.json()["state"], answer.json()["needs_second"]) == (202, "open", True)
    assert answer.json()["proposed_by"] == pilot.owner.get_username()
    assert answer.json()["page"].endswith(f"/p/{pilot.slug}/plan/")
    assert str(trigger.margin) == "0.200000"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("post", "metrics/", {"key": "cost", "name": "Cost", "unit": "EUR"}, 201),
        ("patch", "metrics/review_minutes/", {"max_age_hours": 12}, 200),
        ("patch", "metrics/review_minutes/", {"cap": "30"}, 202),
        ("post", "candidates/", {"slug": "next", "name": "Next", "role": "challenger", "deployment": "tiny"}, 201),
        ("patch", "candidates/primary/", {"name": "Main"}, 200),
        ("patch", "candidates/primary/", {"deployment": "tiny"}, 202),
        ("patch", "", {"maintenance_min_items": 80}, 200),
        ("patch", "", {"maintenance_min_items": 10}, 202),
    ],
)  # fmt: skip
def test_every_part_of_a_plan_in_force_is_amended(
    method: str, path: str, body: dict[str, Any], status: int, pilot: Pilot, admin: APIClient
):
    make_deployment("tiny")
    sent, address = body | {"reason": "We learned."}, f"{pilot.slug}/{path}"

    answer = edit(admin, address, sent) if method == "patch" else send(admin, method, address, sent)

    assert answer.status_code == status, answer.json()
    assert Amendment.objects.get().needs_second is (status == 202)
    assert PlanVersion.objects.count() == (1 if status == 202 else 2)


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("metrics/", {"key": "review_minutes", "name": "Again"}, 409, "metric_exists"),
        ("metrics/", {"key": "p95", "name": "P95", "estimand": "quantile", "design": "absolute"}, 422, "invalid"),
        ("goals/", {"metric": "review_minutes", "margin": "1"}, 409, "rule_exists"),
        ("goals/", {"metric": "nope", "margin": "1"}, 422, "invalid"),
        ("goals/", {"metric": "calls", "target": "1"}, 422, "rule_not_judgeable"),
        ("candidates/", {"slug": "b", "name": "B", "role": "primary", "deployment": "tiny"}, 422, "invalid"),
        ("candidates/", {"slug": "b", "name": "B", "role": "fallback"}, 422, "invalid"),
        ("candidates/", {"slug": "b", "name": "B", "role": "non_ai", "prompt": "a/b"}, 422, "invalid"),
    ],
)  # fmt: skip
def test_a_part_that_does_not_fit_is_refused(path: str, body: Any, status: int, code: str, admin: APIClient):
    pilot = make_ready_pilot()
    make_metric(pilot, "calls", link="activity", design="absolute", name="Calls")
    make_deployment("tiny")

    answer = send(admin, "post", f"{pilot.slug}/{path}", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()
    assert not Event.objects.filter(pilot=pilot).exists()


def test_a_level_takes_the_place_of_a_margin(admin: APIClient):
    pilot = make_ready_pilot()
    goal = pilot.metrics.get().goal

    answer = edit(admin, f"{pilot.slug}/goals/{goal.pk}/", {"target": "2.5"})

    assert (answer.json()["margin"], answer.json()["target"]) == (None, "2.500000")


def test_the_name_of_a_row_never_changes(admin: APIClient):
    pilot = make_ready_pilot()

    answer = edit(admin, f"{pilot.slug}/metrics/review_minutes/", {"key": "minutes"})

    assert (answer.status_code, codes(answer)) == (422, [("/key", "unknown_field")])


def test_parts_of_another_pilot_are_not_found(pilot: Pilot, admin: APIClient):
    other = make_ready_pilot("other").metrics.get()

    answers = [
        admin.get(f"{PILOTS}{pilot.slug}/goals/{other.goal.pk}/"),
        admin.get(f"{PILOTS}{pilot.slug}/stop-triggers/{other.stop_trigger.pk}/"),
        admin.get(f"{PILOTS}{pilot.slug}/metrics/nope/"),
        admin.get(f"{PILOTS}{pilot.slug}/candidates/nope/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


def test_readers_are_named_changed_and_kept_in_the_log(admin: APIClient) -> None:
    for name in ("vera", "rob"):
        make_user(name, "Viewers")

    made = admin.post(PILOTS, CHARTER | {"readers": ["vera", "rob"]}, format="json").json()
    same = edit(admin, "ticket-triage/", {"readers": ["vera", "rob"]}).json()
    fewer = edit(admin, "ticket-triage/", {"readers": ["rob"]}).json()

    assert [sorted(answer["readers"]) for answer in (made, same)] == [["rob", "vera"]] * 2
    assert fewer["readers"] == ["rob"]
    logged, changed = Event.objects.filter(verb__in=("pilot.logged", "pilot.changed")).order_by("id")
    assert logged.after["readers"] == "rob, vera"
    assert (changed.before, changed.after) == ({"readers": "rob, vera"}, {"readers": "rob"})
