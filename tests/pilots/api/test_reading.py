from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from pilots.actions import measurements
from pilots.models import Decision, Pilot, Verdict
from tests.factories import (
    NOW,
    make_candidate,
    make_metric,
    make_ready_pilot,
    make_running_pilot,
    make_token,
)
from tests.pilots.api.records import GO, judged

PILOT = "/api/v1/pilots/clause-check/"


def signed(pilot: Pilot, verdict: Verdict, *, by: User) -> Decision:
    return Decision.objects.create(
        pilot=pilot,
        outcome="extend",
        reason="Two more weeks show the busy season.",
        verdict=verdict,
        evidence_hash=verdict.evidence_hash,
        signed_by=by,
        signed_at=NOW,
        extend_until=date(2026, 12, 14),
        review_on=date(2026, 12, 15),
    )


def test_a_pilot_shows_its_charter_state_and_flag(script: APIClient, pilot: Pilot):
    judged(pilot)

    answer = script.get(PILOT)

    assert answer.status_code == 200
    assert answer.json() == {
        "slug": "clause-check",
        "name": "Clause check",
        "state": "running",
        "demo": False,
        "verdict": {"flag": "go", "reason": GO, "as_of": "2026-11-20T12:00:00Z"},
        "workflow": "Check the clauses of incoming contracts",
        "friction_kind": "sorting",
        "friction": "Each contract waits two days for a lawyer.",
        "volume_per_month": 600,
        "minutes_per_item": "12.00",
        "people_affected": None,
        "scope_in": "",
        "scope_out": "Contracts above one million.",
        "owner": pilot.owner.username,
        "deputy": None,
        "readers": [],
        "decider": pilot.decider.username,
        "team": "",
        "baseline_start": None,
        "window_start": "2026-11-01",
        "maintenance_start": "2026-11-15",
        "window_end": "2026-11-30",
        "maintenance_min_items": 50,
        "currency": "EUR",
        "wage_per_hour": "60.00",
        "migration_cost": "2000.00",
        "payback_months": 12,
        "seeks_saving": True,
        "operator": "Legal operations",
        "fallback_plan": "Contracts wait for a lawyer again.",
        "removal_plan": "Switch the inbox rule off.",
        "objective": "",
        "real_problem": "Contracts wait.",
        "extra_control": "Where a clause is new to us.",
        "silent_failure": "A clause is passed over and nobody looks again.",
        "silent_failure_trigger": pilot.silent_failure_trigger_id,
        "contract_inputs": "",
        "contract_output_schema": None,
        "contract_must_define": "",
        "contract_may_infer": "",
        "contract_errors": "",
        "contract_idempotent": None,
        "data_class": "",
        "sector": "general",
        "autonomy": "suggest",
        "context_budget_tokens": None,
        "spend_cap": None,
        "volume_cap": None,
        "hours_cap": None,
        "observability_hours": None,
        "on_call": "",
        "monitoring_link": "",
        "upgrade_path": "",
        "support_contract": "",
        "fallback_cost_per_day": "300.00",
        "data_return": "",
        "created_at": "2026-11-20T12:00:00Z",
        "started_at": "2026-11-20T12:00:00Z",
    }


def test_a_pilot_that_was_never_judged_has_no_verdict(script: APIClient):
    assert script.get(PILOT).json()["verdict"] is None


def test_an_unchanged_pilot_is_not_sent_again(script: APIClient):
    etag = script.get(PILOT)["ETag"]

    answer = script.get(PILOT, headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)


def test_a_new_verdict_changes_the_etag(script: APIClient, pilot: Pilot):
    etag = script.get(PILOT)["ETag"]
    judged(pilot)

    answer = script.get(PILOT, headers={"If-None-Match": etag})

    assert (answer.status_code, answer.json()["verdict"]["flag"]) == (200, "go")
    assert answer["ETag"] != etag


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_pilots_costs_the_same_for_one_and_for_three(
    count: int, pilot: Pilot, with_token: Callable[[str], APIClient], django_assert_num_queries: Any
):
    for number in range(1, count):
        make_ready_pilot(f"other-{number}")
    client = with_token(make_token(all_pilots=True)[1])
    client.get("/api/v1/pilots/")  # reads the token and notes its use

    with django_assert_num_queries(2):
        answer = client.get("/api/v1/pilots/")

    assert (len(answer.json()["results"]), answer.json()["next"]) == (count, None)


def test_the_list_carries_the_newest_flag_only(script: APIClient, pilot: Pilot):
    judged(pilot, flag="collecting")
    judged(pilot, flag="stop", number=2, reason="Stop.", hours=1)

    shown = script.get("/api/v1/pilots/").json()["results"]

    assert [each["verdict"] for each in shown] == [
        {"flag": "stop", "reason": "Stop.", "as_of": "2026-11-20T13:00:00Z"}
    ]


@pytest.mark.parametrize(
    ("query", "found"), [("flag=stop", 1), ("flag=go", 0), ("state=running", 1), ("state=draft", 0)]
)
def test_the_list_can_be_narrowed(query: str, found: int, script: APIClient, pilot: Pilot):
    judged(pilot, flag="stop")

    assert len(script.get(f"/api/v1/pilots/?{query}").json()["results"]) == found


def test_a_misspelt_filter_is_refused(script: APIClient):
    answer = script.get("/api/v1/pilots/?flags=go")

    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "There is no parameter flags. Did you mean flag?",
    )


def test_pages_follow_each_other_without_gap(script: APIClient, pilot: Pilot):
    for number in range(1, 6):
        judged(pilot, number=number, hours=number)

    first = script.get(f"{PILOT}verdicts/?page_size=3").json()
    second = script.get(first["next"]).json()

    assert [each["number"] for each in first["results"] + second["results"]] == [5, 4, 3, 2, 1]
    assert (first["previous"], second["next"]) == (None, None)


def test_the_newest_verdict_comes_with_its_evidence(script: APIClient, pilot: Pilot):
    judged(pilot, flag="collecting")
    judged(pilot, number=2, hours=1)

    assert script.get(f"{PILOT}verdict/").json() == {
        "number": 2,
        "flag": "go",
        "code": "PROVEN",
        "reason": GO,
        "as_of": "2026-11-20T13:00:00Z",
        "created_at": "2026-11-20T13:00:00Z",
        "evidence": {"n": 212, "goals": ["review_minutes"]},
        "evidence_hash": f"{2:064d}",
        "previous_hash": f"{1:064d}",
    }


def test_no_verdict_yet_is_a_problem_that_says_when(script: APIClient):
    answer = script.get(f"{PILOT}verdict/")

    assert (answer.status_code, answer.json()["code"]) == (404, "no_verdict")


@pytest.mark.parametrize(
    ("flag", "query", "passes"),
    [
        ("go", "", True),
        ("go", "?require=not_stop", True),
        ("extend", "?require=go", False),
        ("extend", "?require=not_stop", True),
        ("stop", "?require=not_stop", False),
        ("collecting", "", False),
    ],
)
def test_the_gate_answers_always_with_200(
    flag: str, query: str, passes: bool, script: APIClient, pilot: Pilot
):
    judged(pilot, flag=flag)

    answer = script.get(f"{PILOT}gate/{query}")

    assert (answer.status_code, answer.json()) == (200, {"pass": passes, "flag": flag, "reason": GO})


def test_the_gate_stays_shut_before_the_first_verdict(script: APIClient):
    answer = script.get(f"{PILOT}gate/?require=not_stop")

    assert (answer.status_code, answer.json()["pass"], answer.json()["flag"]) == (200, False, "collecting")


def test_the_gate_knows_two_requirements(script: APIClient):
    answer = script.get(f"{PILOT}gate/?require=gone")

    assert (answer.status_code, answer.json()["detail"]) == (400, "Give require as go or not_stop.")


def test_decisions_show_who_signed_what_on_which_verdict(script: APIClient, pilot: Pilot):
    decision = signed(pilot, judged(pilot), by=pilot.decider)

    assert script.get(f"{PILOT}decisions/").json()["results"] == [
        {
            "id": decision.pk,
            "outcome": "extend",
            "reason": "Two more weeks show the busy season.",
            "signed_by": pilot.decider.username,
            "signed_at": "2026-11-20T12:00:00Z",
            "verdict": 1,
            "machine_flag": "go",
            "evidence_hash": f"{1:064d}",
            "extend_until": "2026-12-14",
            "removed_parts": "",
            "review_on": "2026-12-15",
        }
    ]


def test_the_parts_of_the_plan_can_be_read(script: APIClient, pilot: Pilot):
    metric = pilot.metrics.get()

    shown = {
        part: script.get(f"{PILOT}{part}/").json()["results"]
        for part in ("metrics", "goals", "stop-triggers", "candidates")
    }

    assert shown == {
        "metrics": [
            {
                "key": "review_minutes",
                "name": "Review minutes",
                "unit": "min",
                "direction": "lower",
                "estimand": "mean",
                "quantile": None,
                "design": "before_after",
                "link": "result",
                "planned_n": 500,
                "cap": "60.000000",
                "floor": "0.000000",
                "expected_value": None,
                "expected_sd": None,
                "expected_before": None,
                "max_age_hours": 48,
                "saving": "none",
            }
        ],
        "goals": [
            {
                "id": metric.goal.pk,
                "metric": "review_minutes",
                "margin": "0.300000",
                "relative": False,
                "target": None,
            }
        ],
        "stop-triggers": [
            {
                "id": metric.stop_trigger.pk,
                "metric": "review_minutes",
                "margin": "0.200000",
                "relative": False,
                "limit": None,
                "hard": False,
                "response": "fallback",
                "action": "",
            }
        ],
        "candidates": [
            {
                "slug": "primary",
                "name": "Primary",
                "role": "primary",
                "deployment": pilot.candidates.get().deployment.slug,
                "prompt": None,
            }
        ],
    }


@pytest.mark.parametrize("part", ["metrics", "goals", "stop-triggers", "candidates"])
def test_parts_of_another_pilot_are_not_shown(part: str, pilot: Pilot, script: APIClient):
    other = make_ready_pilot("other")
    make_metric(other, "cost", goal="1", margin="1")
    make_candidate(other, "people", role="non_ai")

    assert len(script.get(f"{PILOT}{part}/").json()["results"]) == 1


def test_measurements_can_be_narrowed_by_time(script: APIClient, post: Callable[..., Any]):
    row = {"metric": "review_minutes", "value": 1}
    post([{**row, "observed_at": f"2026-11-1{day}T00:00:00Z", "external_id": str(day)} for day in range(5)])

    answer = script.get(f"{PILOT}measurements/?since=2026-11-11T00:00:00Z&until=2026-11-13T00:00:00Z")

    assert [each["external_id"] for each in answer.json()["results"]] == ["2", "1"]


def test_an_external_id_is_found_of_each_sender_in_this_pilot_alone(
    script: APIClient, post: Callable[..., Any]
):
    row = {"metric": "review_minutes", "value": 3, "external_id": "a"}
    post([row, {**row, "source": "nightly", "value": 4}, {**row, "source": "other", "external_id": "b"}])
    other = make_running_pilot("other-check")
    measurements.record(pilot=other, rows=[row], now=NOW)

    answer = script.get(f"{PILOT}measurements/?external_id=a")

    assert [(each["source"], each["value"]) for each in answer.json()["results"]] == [("nightly", 4), ("", 3)]


@pytest.mark.parametrize(
    ("query", "told"), [("metric=nope", '"metric_id" = 0'), ("external_id=nope", '"id" IN (0)')]
)
def test_what_nobody_knows_is_not_looked_for_among_all_rows(query: str, told: str, script: APIClient):
    """The planner is told a number that no row has: a subselect it would answer by reading every row there is."""
    with CaptureQueriesContext(connection) as asked:
        answer = script.get(f"{PILOT}measurements/?{query}")

    assert answer.json()["results"] == []
    assert told in asked.captured_queries[-1]["sql"]


def test_an_unknown_address_is_a_problem_too(script: APIClient):
    answer = script.get("/api/v1/pilotts/")

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"


def test_money_is_sent_as_text(script: APIClient, pilot: Pilot):
    Pilot.objects.filter(pk=pilot.pk).update(migration_cost=Decimal("1234567.10"))

    assert script.get(PILOT).json()["migration_cost"] == "1234567.10"
