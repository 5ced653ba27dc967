"""Every address of the API × method × scope × role. A new address is swept without being named here."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from evaluations.models import AIModel, Deployment, Suite, Vendor
from pilots.models import Event, Pilot
from pilots.models.token import Scope
from tests.factories import make_owner, make_ready_pilot, make_token, make_user

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "patch")
ASKING = {"rehearse": Scope.READ}
"""Posted questions that write nothing."""
INGESTED = {"measurements", "failures", "reviews"}
EVALUATED = {"runs", "run-cancel", "run-import"}
ALWAYS_REFUSED = {"decisions"}
"""No scope signs: the answer says so, whatever the scope."""


def addresses() -> list[tuple[str, str, Any]]:
    """Name, route and view class of each address below /api/v1/ that the two apps offer."""
    resolver = next(each for each in get_resolver().url_patterns if getattr(each, "namespace", "") == "api")
    return [
        (pattern.name, f"/api/v1/{pattern.pattern}", pattern.callback.view_class)
        for included in resolver.url_patterns
        for pattern in included.url_patterns
    ]


OF_PILOTS = [each for each in addresses() if "pilots/<slug:slug>" in each[1]]
ALL = addresses()


def filled(route: str, pilot: Pilot) -> str:
    metric = pilot.metrics.get()
    samples = {
        "key": metric.key,
        "id": str(metric.goal.pk),
        "pk": str(metric.stop_trigger.pk),
        "candidate": "primary",
    }
    return re.sub(
        r"<(?:\w+:)?(\w+)>",
        lambda name: pilot.slug if name[1] == "slug" else samples.get(name[1], "1"),
        route,
    )


def offered(view: Any) -> list[str]:
    return [method for method in METHODS if method in view.http_method_names and hasattr(view, method)]


@pytest.fixture
def pilot() -> Pilot:
    return make_ready_pilot()


def bearer(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def needed(name: str, method: str) -> Scope:
    if method == "get":
        return Scope.READ
    if name in INGESTED:
        return Scope.INGEST
    return ASKING.get(name) or (Scope.EVALUATE if name in EVALUATED else Scope.ADMIN)


def test_the_sweep_finds_the_api():
    assert {"pilots", "metric", "measurements", "failures", "decisions", "runs", "cases"} <= {
        each[0] for each in ALL
    }


def test_a_token_of_another_pilot_finds_nothing_of_this_one(pilot: Pilot):
    client = bearer(make_token(make_ready_pilot("other"), scopes=tuple(Scope.values))[1])
    before = Event.objects.count()

    answers = {
        (name, method): getattr(client, method)(
            filled(route, pilot), {}, format="json", headers={"If-Match": "*"}
        )
        for name, route, view in OF_PILOTS
        for method in offered(view)
    }

    assert {each: answer.status_code for each, answer in answers.items()} == dict.fromkeys(answers, 404)
    assert Event.objects.count() == before


@pytest.mark.parametrize("scope", Scope.values)
def test_a_scope_opens_what_it_is_for_and_nothing_else(scope: str, pilot: Pilot):
    client = bearer(make_token(all_pilots=True, scopes=(scope,))[1])

    refused = {
        (name, method): (answer.status_code, answer.json().get("code"))
        for name, route, view in ALL
        for method in offered(view)
        if scope != needed(name, method) and not (name in ALWAYS_REFUSED and method == "post")
        for answer in [getattr(client, method)(filled(route, pilot), {}, format="json")]
    }

    assert refused == dict.fromkeys(refused, (403, "scope_missing"))


@pytest.mark.parametrize("scope", Scope.values)
def test_the_right_scope_is_not_refused(scope: str, pilot: Pilot):
    client = bearer(make_token(all_pilots=True, scopes=(scope,))[1])

    refused = [
        (name, method)
        for name, route, view in ALL
        for method in offered(view)
        if scope == needed(name, method) and name not in ALWAYS_REFUSED
        if getattr(client, method)(filled(route, pilot), {}, format="json").status_code in (401, 403)
    ]

    assert refused == []


PEOPLE: dict[str, Callable[[Pilot], Any]] = {
    "nobody": lambda pilot: make_user("nobody"),
    "viewer": lambda pilot: make_user("viewer", "Viewers"),
    "auditor": lambda pilot: make_user("auditor", "Auditors"),
    "manager": lambda pilot: pilot.decider,
    "another owner": lambda pilot: make_owner("other"),
}


FITTING: dict[str, dict[str, Any]] = {
    "pilot": {"name": "Mine"},
    "transitions": {"to": "running"},
    "metrics": {"key": "mine", "name": "Mine"},
    "metric": {"name": "Mine"},
    "goals": {"metric": "review_minutes", "margin": "1"},
    "goal": {"margin": "1"},
    "stop-triggers": {"metric": "review_minutes", "margin": "1"},
    "stop-trigger": {"margin": "1"},
    "candidates": {"slug": "mine", "name": "Mine", "role": "non_ai"},
    "candidate": {"name": "Mine"},
    "measurements": {"metric": "review_minutes", "value": 1},
    "failures": {"severity": "minor", "type": "wrong"},
    "reviews": {"unit_id": "a", "source": "person", "verdict": "accepted"},
}
"""Bodies that would be taken from who may send them."""


@pytest.mark.parametrize("role", PEOPLE)
def test_who_does_not_run_the_pilot_writes_nothing(role: str, pilot: Pilot):
    client, metric = APIClient(), pilot.metrics.get()
    client.force_login(PEOPLE[role](pilot))
    ids = {"goal": metric.goal.pk, "stop-trigger": metric.stop_trigger.pk}
    mays = {("failures", "post"), ("reviews", "post")} if role == "manager" else set()  # who signs may report

    answers = {
        (name, method): getattr(client, method)(
            filled(route.replace("<int:id>", str(ids.get(name))), pilot),
            FITTING.get(name, {}),
            format="json",
            headers={"If-Match": "*"},
        ).status_code
        for name, route, view in OF_PILOTS
        for method in offered(view)
        if method != "get" and name not in ASKING and (name, method) not in mays
    }

    assert {name for name, _ in answers} >= FITTING.keys() - {name for name, _ in mays}
    assert {each: status for each, status in answers.items() if status not in (403, 404, 405)} == {}
    assert not Event.objects.exists()


def test_a_person_without_a_role_reads_nothing():
    pilot, client = make_ready_pilot(), APIClient()
    client.force_login(make_user("nobody"))

    read = {
        name: client.get(filled(route, pilot)).status_code
        for name, route, view in ALL
        if "get" in offered(view)
    }

    assert read == dict.fromkeys(read, 403)


def test_an_id_of_another_pilot_is_nothing_under_ones_own(pilot: Pilot):
    """Whatever is numbered: the address of a pilot one may change does not open the parts of another."""
    own = make_ready_pilot("own")
    client = bearer(make_token(own, scopes=tuple(Scope.values))[1])
    metric = pilot.metrics.get()
    ids = {"goal": metric.goal.pk, "stop-trigger": metric.stop_trigger.pk, "rehearse": metric.stop_trigger.pk}

    answers = {
        (name, method): getattr(client, method)(
            re.sub(r"<int:\w+>", str(ids[name]), route).replace("<slug:slug>", own.slug),
            FITTING.get(name, {}) if method != "get" else {},
            format="json",
            headers={"If-Match": "*"},
        ).status_code
        for name, route, view in OF_PILOTS
        for method in offered(view)
        if "<int:" in route
    }

    assert {name for name, _ in answers} == ids.keys()
    assert answers == dict.fromkeys(answers, 404)
    assert not Event.objects.filter(pilot=pilot).exists()


WITHOUT_FIELDS = {"decisions", "run-cancel", "run-import", "cases"}
"""Posts that are refused, take no body, or take a file, whose rows are held to their columns by its format."""


def test_no_address_takes_a_field_that_it_does_not_name(pilot: Pilot):
    """Mass assignment: neither one that is made up, nor a column that only we write."""
    client = bearer(make_token(all_pilots=True, scopes=tuple(Scope.values))[1])
    ids = {"goal": pilot.metrics.get().goal.pk, "stop-trigger": pilot.metrics.get().stop_trigger.pk}
    make_catalogue(pilot.slug)

    answers = {
        (name, method): getattr(client, method)(
            filled(route.replace("<int:id>", str(ids.get(name))), pilot),
            {**FITTING.get(name, {}), "made_up": 1, "created_by": 1},
            format="json",
            headers={"If-Match": "*"},
        )
        for name, route, view in ALL
        for method in offered(view)
        if method != "get" and name not in WITHOUT_FIELDS
    }

    named = {
        each: (answer.status_code in (400, 422), "made_up" in answer.content.decode())
        for each, answer in answers.items()
    }
    assert len(named) > 20
    assert named == dict.fromkeys(named, (True, True))


def make_catalogue(slug: str) -> None:
    """One of each that has an address, under this slug."""
    vendor = Vendor.objects.create(slug=slug, name="Of the sweep")
    model = AIModel.objects.create(slug=slug, name="Of the sweep", vendor=vendor, weights="open")
    Deployment.objects.create(
        slug=slug, model=model, host=vendor, base_url="http://127.0.0.1:9/v1", served_model="m"
    )
    Suite.objects.create(slug=slug, name="Of the sweep", scorer="exact")
