"""Other tools' results by page, downloads, a person's word on answers, and what a prompt makes of a case."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evaluations.actions import suites
from evaluations.formats.draft import CaseDraft
from evaluations.models import Label, Result, Run
from tests.evaluations.builders import NOW, make_deployment, make_prompt, make_run, make_suite, make_version
from tests.evaluations.formats import logs
from tests.evaluations.formats.logs import sample

pytestmark = pytest.mark.django_db


def answered(run, *passed: bool, judged_by: str = "check") -> list[Result]:
    target = run.targets.get()
    cases = run.suite_version.cases.order_by("key")
    return [
        Result.objects.create(
            target=target,
            case=case,
            outcome="ok",
            answer="=1+1",
            passed=good,
            score=float(good),
            judged_by=judged_by,
            asked_at=NOW,
        )
        for case, good in zip(cases, passed, strict=True)
    ]


def test_a_log_is_imported_and_its_page_shows_both_counts(owner):
    suite, deployment = make_suite(scorer="exact", scorer_options={}), make_deployment("tiny")
    data = logs.as_eval(logs.inspect_log([sample("a", 1, "C"), sample("b", 1, None)]))

    answer = owner.post(
        reverse("admin:evaluations_suite_import_results", args=[suite.pk]),
        {
            "file": SimpleUploadedFile("log.eval", data),
            "deployment": deployment.pk,
            "provenance": "real",
        },
        follow=True,
    )

    assert Run.objects.get().state == "done"
    assert "Inspect reports includes/accuracy 1 of 1 samples." in answer.text
    assert "1 samples that failed are counted as wrong." in answer.text
    assert answer.context["quality"]["rows"][0][1].startswith("50.0% of 2")
    assert answer.context["quality"]["rows"][0][2].startswith("100.0% of 1")


def test_what_is_no_log_is_said_on_the_page(owner):
    suite, deployment = make_suite(), make_deployment("tiny")

    answer = owner.post(
        reverse("admin:evaluations_suite_import_results", args=[suite.pk]),
        {"file": SimpleUploadedFile("log.json", b"{}"), "deployment": deployment.pk, "provenance": "real"},
    )

    (said,) = answer.context["form"].non_field_errors()
    assert said.startswith("Nothing was imported. This is no log of Inspect")


def test_results_are_downloaded_by_who_may_see_them(viewer, client):
    run = make_run(1)
    answered(run, True)
    address = reverse("admin:evaluations_run_as_csv", args=[run.pk])

    table = b"".join(viewer.get(address).streaming_content)
    client.logout()

    assert b"'=1+1" in table
    assert client.get(address).status_code == 302


def test_a_judge_is_held_against_people(owner):
    run = make_run(3)
    results = answered(run, True, True, False, judged_by="model")
    page = reverse("admin:evaluations_run_change", args=[run.pk])
    before = owner.get(page).text
    right, wrong = (f"admin:evaluations_result_label_{word}" for word in ("right", "wrong"))

    owner.get(reverse(right, args=[results[0].pk]))
    unchanged = Label.objects.count()
    owner.post(reverse(right, args=[results[0].pk]))
    owner.post(reverse(right, args=[results[1].pk]))
    owner.post(reverse(wrong, args=[results[1].pk]))
    owner.post(reverse(wrong, args=[results[2].pk]))

    assert "nobody has checked it yet" in before
    assert unchanged == 0
    assert sorted(Label.objects.values_list("result_id", "passed")) == sorted(
        [(results[0].pk, True), (results[1].pk, False), (results[2].pk, False)]
    )
    # Judge: right, right, wrong; person: right, wrong, wrong. Agreement 2/3, by chance 4/9: κ = 0.4.
    assert "Judge and people agree on 2 of 3 answers; Cohen’s kappa 0.40" in owner.get(page).text


def test_who_only_reads_cannot_label(viewer):
    (result,) = answered(make_run(1), True)

    assert viewer.post(reverse("admin:evaluations_result_label_right", args=[result.pk])).status_code == 403


def test_a_prompt_is_shown_on_a_case(viewer):
    suite = make_suite(scorer="exact", scorer_options={})
    cases = [CaseDraft("a", "<b>one</b>", "1", variables={"tone": "kind"}), CaseDraft("b", "two", "2")]
    suites.save_version(suite=suite, cases=cases, by=None, now=NOW)
    prompt = make_prompt(suite, system="Be {{ tone }}.", user="Q: {{ input }}")
    page = reverse("admin:evaluations_prompt_preview", args=[prompt.pk])

    first, second, third = (viewer.get(page, {"case": key}) for key in ("", "b", "c"))

    assert first.context["preview"].messages == [("system", "Be kind."), ("user", "Q: <b>one</b>")]
    assert "&lt;b&gt;one" in first.text
    assert "cannot be put: &#x27;tone&#x27; is undefined" in second.text
    assert "has no case c." in third.text


def test_the_suite_shows_what_is_not_tested(owner):
    suite = make_version(1, suite=make_suite(adverse=True)).suite

    answer = owner.get(reverse("admin:evaluations_suite_change", args=[suite.pk]))

    assert ["Slow tools", "not tested", "–"] in answer.context["coverage"]["rows"]
    assert "An adverse suite" in answer.text
