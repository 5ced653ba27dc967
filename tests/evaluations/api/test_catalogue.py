"""Vendors, models, deployments and suites over REST: read, added, changed with If-Match."""

import pytest

from evaluations.models import AIModel, Claim, Deployment, Source, Suite, Vendor
from tests.evaluations.builders import NOW, make_deployment, make_model, make_suite

pytestmark = pytest.mark.django_db
API = "/api/v1"


def test_a_deployment_is_added_and_read_back(call):
    make_model("tiny")
    sent = {
        "slug": "tiny-at-acme",
        "model": "tiny",
        "host": "acme",
        "base_url": "http://gpu-1:8000/v1",
        "served_model": "tiny-v1",
        "credential": "ACME_KEY",
    }

    added = call("admin").post(f"{API}/deployments/", sent, format="json")
    read = call("read").get(f"{API}/deployments/tiny-at-acme/")

    assert added.status_code == 201, added.json()
    assert added.headers["Location"].endswith("/api/v1/deployments/tiny-at-acme/")
    assert read.json() == added.json()
    assert read.headers["ETag"] == added.headers["ETag"]
    defaults = {"temperature": 0.0, "seed": None, "timeout_s": 60, "concurrency": 4}
    assert read.json().items() >= (sent | defaults).items()


def test_a_deployment_says_when_it_ends_and_who_says_so(call):
    deployment = make_deployment("tiny")
    source = Source.objects.create(key="mail", what="A mail", trust="vendor", read_on=NOW.date())
    for day in ("2027-06-01", "2027-03-01"):
        Claim.objects.create(
            model=deployment.model,
            deployment=deployment,
            field="lifecycle.retires_on",
            value=day,
            source=source,
            created_at=NOW,
        )

    said = call("read").get(f"{API}/deployments/tiny/").json()["lifecycle"]

    assert said == {
        "announced_on": None,
        "deprecated_on": None,
        "retires_on": "2027-03-01",
        "not_before": None,
        "replacement": "",
        "basis": "earliest",
        "other_ends": ["2027-06-01"],
    }


def test_vendors_models_and_suites_are_added(call):
    admin = call("admin")

    answers = [
        admin.post(f"{API}/vendors/", {"slug": "zeta", "name": "Zeta"}, format="json"),
        admin.post(
            f"{API}/models/",
            {"slug": "zeta-1", "name": "Zeta 1", "vendor": "zeta", "weights": "open", "licence": "MIT"},
            format="json",
        ),
        admin.post(f"{API}/suites/", {"slug": "triage", "name": "Triage", "scorer": "exact"}, format="json"),
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 201], [a.json() for a in answers]
    assert AIModel.objects.get(slug="zeta-1").vendor == Vendor.objects.get(slug="zeta")
    assert Suite.objects.get(slug="triage").scorer_options == {}


@pytest.mark.parametrize(
    ("change", "pointer", "code", "words"),
    [
        ({"credental": "X"}, "/credental", "unknown_field", "Did you mean credential?"),
        (
            {"created_at": "2026-01-01"},
            "/created_at",
            "unknown_field",
            "There is no field created_at to write.",
        ),
        ({"model": "nope"}, "/model", "does_not_exist", "There is none called nope."),
        ({"credential": "sk-live-123"}, "/credential", "invalid", "Give the name of an environment variable"),
        ({"base_url": "ftp://x"}, "/base_url", "invalid", "Write it like https://api.example.com/v1"),
        ({"base_url": "http://u:p@x/v1"}, "/base_url", "invalid", "The base URL may not hold a user"),
        ({"slug": "taken"}, "/slug", "unique", "deployment with this slug already exists."),
        ({"protocol": "anthropic", "base_url": ""}, "/non_field_errors", "invalid", "Give the base URL"),
        ({"concurrency": 0}, "/non_field_errors", "invalid", "Time limit and concurrency must be"),
    ],
)
def test_a_faulty_deployment_is_refused_by_field(call, change, pointer, code, words):
    make_deployment("taken")
    model = make_model("tiny")
    sent = {"slug": "new", "model": model.slug, "host": "acme", "served_model": "tiny"} | change

    answer = call("admin").post(f"{API}/deployments/", sent, format="json")

    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (422, pointer, code)
    assert words in fault["message"]
    assert not Deployment.objects.filter(slug="new").exists()


def test_a_suite_with_an_unknown_scorer_is_refused_with_the_nearest_name(call):
    answer = call("admin").post(
        f"{API}/suites/", {"slug": "s", "name": "S", "scorer": "exakt"}, format="json"
    )

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "/scorer", "code": "invalid", "message": "Unknown scorer 'exakt'. Did you mean 'exact'?"}
    ]


def test_a_change_with_the_current_etag_is_made(call):
    make_deployment("tiny")
    admin = call("read", "admin")
    etag = admin.get(f"{API}/deployments/tiny/").headers["ETag"]

    answer = admin.patch(
        f"{API}/deployments/tiny/", {"concurrency": 2}, format="json", headers={"If-Match": etag}
    )

    assert (answer.status_code, answer.json()["concurrency"]) == (200, 2)
    assert answer.headers["ETag"] != etag
    assert Deployment.objects.get().concurrency == 2


@pytest.mark.parametrize(("headers", "status"), [({}, 428), ({"If-Match": '"old"'}, 412)])
def test_a_change_that_does_not_know_the_current_state_is_refused(call, headers, status):
    make_deployment("tiny")

    answer = call("admin").patch(
        f"{API}/deployments/tiny/", {"concurrency": 2}, format="json", headers=headers
    )

    assert answer.status_code == status
    assert Deployment.objects.get().concurrency == 4


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("resource", "make", "queries"),
    [
        # four to sign in: session, person, her permissions and her groups'
        ("models", make_model, 6),
        ("deployments", make_deployment, 6),
        ("suites", make_suite, 7),
    ],
)
def test_a_list_takes_the_same_queries_however_long(
    person, resource, make, queries, number, django_assert_num_queries
):
    for index in range(number):
        make(f"row-{index}")
    client = person("view_aimodel", "view_deployment", "view_suite")

    with django_assert_num_queries(queries):
        answer = client.get(f"{API}/{resource}/")

    assert [row["slug"] for row in answer.json()["results"]] == [f"row-{i}" for i in range(number)]


def test_an_unknown_parameter_is_refused(call):
    answer = call("read").get(f"{API}/models/?page=2")

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")
