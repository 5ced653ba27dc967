"""Models, deployments, suites and prompts as an owner enters them."""

import pytest
from django.urls import reverse

from evaluations.models import Deployment, Prompt, Suite, Vendor
from tests.evaluations.builders import (
    make_deployment,
    make_model,
    make_prompt,
    make_run,
    make_suite,
    make_version,
)

pytestmark = pytest.mark.django_db
NO_INLINES = {
    f"{prefix}-{field}": value
    for prefix in ("versions", "prompts")
    for field, value in {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}.items()
}
PROMPT = {
    "system": "Answer with one label.",
    "user": "Ticket: {{ input }}",
    "examples": "[]",
    "output_schema": "",
    "max_tokens": "16",
}


def deployment_form(**changes: object) -> dict[str, object]:
    model = make_model()
    return {
        "slug": "tiny",
        "model": model.pk,
        "host": model.vendor.pk,
        "protocol": "openai",
        "base_url": "http://gpu-1:8000/v1",
        "served_model": "tiny-v1",
        "temperature": "0",
        "timeout_s": "30",
        "concurrency": "2",
        "limit_field": "max_tokens",
    } | changes


def faults(answer) -> dict[str, list[str]]:
    return dict(answer.context["adminform"].form.errors)


def test_a_vendor_is_added(owner):
    answer = owner.post(
        reverse("admin:evaluations_vendor_add"), {"name": "Zeta", "slug": "zeta", "website": "zeta.example"}
    )

    assert answer.status_code == 302
    assert Vendor.objects.get().website == "https://zeta.example"


def test_a_deployment_is_added(owner):
    answer = owner.post(reverse("admin:evaluations_deployment_add"), deployment_form())

    assert answer.status_code == 302
    added = Deployment.objects.get()
    assert (added.slug, added.timeout_s, added.concurrency, added.seed) == ("tiny", 30, 2, None)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"credential": "sk-live-1"}, "credential", "Give the name of an environment variable"),
        ({"base_url": "gpu-1:8000"}, "base_url", "Write it like https://api.example.com/v1"),
        ({"protocol": "anthropic", "base_url": ""}, "__all__", "Give the base URL, for example"),
        ({"temperature": "3"}, "__all__", "The temperature lies between 0 and 2."),
    ],
)
def test_a_faulty_deployment_is_refused_by_field(owner, change, field, words):
    answer = owner.post(reverse("admin:evaluations_deployment_add"), deployment_form(**change))

    assert list(faults(answer)) == [field]
    assert faults(answer)[field][0].startswith(words)


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        ("http://gpu-1:8000/v1", "No. gpu-1 is not among the allowed hosts. An administrator can add it."),
        ("http://127.0.0.1:8000/v1", "Yes, an administrator allowed this host."),
        ("", "No. This instance runs no local model."),
    ],
)
def test_a_deployment_says_whether_it_may_be_asked_from_here(owner, settings, base_url, words):
    settings.EVALUATIONS_ALLOWED_HOSTS = ["127.0.0.1"]
    deployment = make_deployment(base_url=base_url)

    answer = owner.get(reverse("admin:evaluations_deployment_change", args=[deployment.pk]))

    assert words in answer.text


def test_a_suite_is_added_with_a_scorer_from_the_list(owner):
    answer = owner.post(
        reverse("admin:evaluations_suite_add"),
        {"name": "Triage", "slug": "triage", "scorer": "exact", "scorer_options": "{}"} | NO_INLINES,
    )

    assert answer.status_code == 302
    assert Suite.objects.get().scorer == "exact"


def test_a_prompt_is_added_as_its_first_version(owner):
    suite = make_suite()

    answer = owner.post(
        reverse("admin:evaluations_prompt_add"), PROMPT | {"suite": suite.pk, "slug": "plain"}
    )

    assert answer.status_code == 302
    assert list(Prompt.objects.values_list("slug", "version", "user")) == [
        ("plain", 1, "Ticket: {{ input }}")
    ]
    assert len(Prompt.objects.get().content_hash) == 64


def test_saving_a_changed_prompt_adds_a_version_and_keeps_the_old_one(owner):
    run = make_run(1)
    old = Prompt.objects.get()

    answer = owner.post(
        reverse("admin:evaluations_prompt_change", args=[old.pk]), PROMPT | {"system": "Be brief."}
    )

    assert answer.status_code == 302
    assert list(Prompt.objects.order_by("version").values_list("version", "system")) == [
        (1, "Answer with one label."),
        (2, "Be brief."),
    ]
    assert run.targets.get().prompt == old


def test_saving_an_unchanged_prompt_adds_nothing(owner):
    prompt = make_prompt(make_suite(), user="Ticket: {{ input }}")

    owner.post(reverse("admin:evaluations_prompt_change", args=[prompt.pk]), PROMPT)

    assert Prompt.objects.count() == 1


def test_an_older_version_of_a_prompt_is_read_only(owner):
    suite = make_suite()
    old = make_prompt(suite)
    make_prompt(suite, system="Be brief.")
    address = reverse("admin:evaluations_prompt_change", args=[old.pk])

    answers = [owner.get(address).status_code, owner.post(address, PROMPT).status_code]

    assert answers == [200, 403]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"user": "Which label?"}, "user"),
        ({"examples": '[{"input": "x"}]'}, "examples"),
        ({"output_schema": '{"type": "thing"}'}, "output_schema"),
        ({"max_tokens": "0"}, "max_tokens"),
    ],
)
def test_a_prompt_that_cannot_work_is_refused_by_field(owner, change, field):
    suite = make_suite()

    answer = owner.post(
        reverse("admin:evaluations_prompt_add"), PROMPT | {"suite": suite.pk, "slug": "plain"} | change
    )

    assert list(faults(answer)) == [field]
    assert Prompt.objects.count() == 0


def test_no_one_deletes_what_runs_rest_on(owner, admin_client):
    version = make_version(1)
    prompt = make_prompt(version.suite)

    refused = [
        admin_client.post(reverse(f"admin:evaluations_{name}_delete", args=[row.pk])).status_code
        for name, row in [("suite", version.suite), ("suiteversion", version), ("prompt", prompt)]
    ]

    assert refused == [403, 403, 403]
