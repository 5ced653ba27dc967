"""Every page of the catalogue opens, for owners and for those who only read, in few queries."""

import pytest
from django.urls import reverse

from evaluations.actions import batches
from evaluations.actions.execution import execute
from evaluations.models import AIModel, Case, Deployment, Prompt, Result, Run, Suite, SuiteVersion, Vendor
from tests.evaluations.builders import NOW, make_deployment, make_prompt, make_run, make_version
from tests.evaluations.model_host import ModelHost

pytestmark = pytest.mark.django_db
MODELS = [Vendor, AIModel, Deployment, Suite, SuiteVersion, Case, Prompt, Run, Result]


def address(model, page: str, *args) -> str:
    return reverse(f"admin:evaluations_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def _finished(model_host: ModelHost):
    run = make_run(2, base_url=model_host.base_url)
    assert execute(claim=batches.claim(run_id=run.pk, now=NOW), clock=lambda: NOW)


@pytest.mark.usefixtures("_finished")
@pytest.mark.parametrize("model", MODELS)
def test_lists_and_rows_open_for_owners(owner, model):
    answers = [
        owner.get(address(model, "changelist")),
        owner.get(address(model, "changelist"), {"q": "triage"}),
        owner.get(address(model, "change", model.objects.first().pk)),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


@pytest.mark.usefixtures("_finished")
@pytest.mark.parametrize("model", MODELS)
def test_who_only_reads_sees_rows_and_cannot_change_them(viewer, model):
    row = address(model, "change", model.objects.first().pk)

    answers = [viewer.get(row).status_code, viewer.post(row, {}).status_code]

    assert answers == [200, 403]


@pytest.mark.parametrize("model", [Vendor, AIModel, Deployment, Suite, Prompt])
def test_the_forms_to_add_a_row_open(owner, model):
    assert owner.get(address(model, "add")).status_code == 200


@pytest.mark.parametrize("model", [SuiteVersion, Case, Run, Result])
def test_what_actions_write_cannot_be_added_by_hand(owner, model):
    assert owner.get(address(model, "add")).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("model", "queries"), [(Vendor, 8), (AIModel, 9), (Deployment, 9), (Suite, 10), (Prompt, 10), (Run, 10)]
)
def test_a_list_takes_the_same_queries_however_long(owner, model, queries, number, django_assert_num_queries):
    version = make_version(1)
    for index in range(number):
        deployment = make_deployment(f"d-{index}")
        Vendor.objects.create(slug=f"v-{index}", name=f"V {index}")
        Suite.objects.create(slug=f"s-{index}", name=f"S {index}", scorer="exact")
        make_prompt(version.suite, f"p-{index}")
        make_run(version=version, deployment=deployment)
    owner.get(address(model, "changelist"))

    with django_assert_num_queries(queries):
        owner.get(address(model, "changelist"))
