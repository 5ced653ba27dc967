"""Which scope, and which permission of a person, each resource asks for."""

from types import SimpleNamespace

import pytest

from config.api import Problem
from evaluations.api.permissions import ScopeOrPermission
from tests.evaluations.builders import make_deployment, make_run

pytestmark = pytest.mark.django_db
API = "/api/v1"

READS = [
    ("vendors/", "view_vendor"),
    ("vendors/acme/", "view_vendor"),
    ("models/", "view_aimodel"),
    ("models/tiny/", "view_aimodel"),
    ("deployments/", "view_deployment"),
    ("deployments/at-tiny/", "view_deployment"),
    ("suites/", "view_suite"),
    ("suites/triage/", "view_suite"),
    ("suites/triage/cases/", "view_case"),
    ("suites/triage/prompts/", "view_prompt"),
    ("runs/", "view_run"),
    ("runs/{run}/", "view_run"),
    ("runs/{run}/results/", "view_result"),
]
WRITES = [
    ("post", "vendors/", "admin", "add_vendor"),
    ("patch", "vendors/acme/", "admin", "change_vendor"),
    ("post", "models/", "admin", "add_aimodel"),
    ("post", "deployments/", "admin", "add_deployment"),
    ("patch", "deployments/at-tiny/", "admin", "change_deployment"),
    ("post", "suites/", "admin", "add_suite"),
    ("patch", "suites/triage/", "admin", "change_suite"),
    ("post", "suites/triage/cases/", "admin", "change_suite"),
    ("post", "suites/triage/prompts/", "admin", "add_prompt"),
    ("post", "runs/", "evaluate", "add_run"),
    ("post", "runs/", "evaluate", "change_suite"),
    ("post", "runs/{run}/cancel/", "evaluate", "change_run"),
    ("post", "runs/{run}/cancel/", "evaluate", "change_suite"),
]
SCOPES = ["ingest", "read", "evaluate", "admin"]


@pytest.fixture
def url():
    """Fills the run's number in; makes everything that the addresses name."""
    deployment = make_deployment("at-tiny")
    deployment.model.slug = "tiny"
    deployment.model.save()
    run = make_run(1, deployment=deployment)
    return lambda path: f"{API}/{path.format(run=run.pk)}"


@pytest.mark.parametrize(("path", "permission"), READS)
def test_reading_takes_the_scope_read_or_the_permission_to_view(url, call, person, path, permission):
    address = url(path)

    by_token = {scope: call(scope).get(address).status_code for scope in SCOPES}
    by_person = [person().get(address).status_code, person(permission).get(address).status_code]

    assert by_token == {"ingest": 403, "read": 200, "evaluate": 403, "admin": 403}
    assert by_person == [403, 200]


@pytest.mark.parametrize(("method", "path", "scope", "permission"), WRITES)
def test_writing_takes_one_scope_or_one_permission(url, call, person, method, path, scope, permission):
    address = url(path)
    others = [one for one in SCOPES if one != scope]

    refused = [getattr(call(one), method)(address, {}, format="json") for one in others]
    refused.append(getattr(person(), method)(address, {}, format="json"))
    let_in = [
        getattr(client, method)(address, {}, format="json").status_code
        for client in (call(scope), person(permission))
    ]

    assert {answer.status_code for answer in refused} == {403}
    assert 403 not in let_in
    assert 401 not in let_in


def test_a_refused_token_hears_which_scope_it_lacks(url, call):
    answer = call("read").post(url("runs/"), {}, format="json")

    assert answer.json()["code"] == "scope_missing"
    assert answer.json()["detail"] == (
        "This token lacks the scope evaluate. Ask the pilot's owner for one that has it."
    )


def test_a_token_of_single_pilots_does_not_change_what_all_share():
    bound = SimpleNamespace(scopes=["admin"], all_pilots=False)
    view = SimpleNamespace(model_name="deployment", write_scope="admin")

    with pytest.raises(Problem) as caught:
        ScopeOrPermission().has_permission(SimpleNamespace(auth=bound, method="PATCH"), view)

    assert (caught.value.status_code, caught.value.code) == (403, "token_bound_to_pilots")
