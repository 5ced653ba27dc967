"""Shortest ways to suites, prompts and runs."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from evaluations.actions import prompts, runs, suites
from evaluations.actions.runs import TargetSpec
from evaluations.formats.draft import CaseDraft
from evaluations.models import AIModel, Deployment, Prompt, Run, Suite, SuiteVersion, Vendor

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LABELS = ["billing", "login", "bug"]
_numbers = count(1)


def make_model(slug: str = "", **fields: Any) -> AIModel:
    vendor, _ = Vendor.objects.get_or_create(slug="acme", defaults={"name": "Acme"})
    slug = slug or f"model-{next(_numbers)}"
    return AIModel.objects.create(vendor=vendor, slug=slug, **({"name": slug, "weights": "open"} | fields))


def make_deployment(slug: str = "", **fields: Any) -> Deployment:
    """Without a base URL: the local model, of which a test run has none."""
    model = fields.get("model") or make_model()
    defaults = {"model": model, "host": model.vendor, "served_model": "tiny"}
    return Deployment.objects.create(slug=slug or f"at-{model.slug}", **(defaults | fields))


def make_suite(slug: str = "triage", **fields: Any) -> Suite:
    defaults = {"name": "Triage", "scorer": "label_in_set", "scorer_options": {"labels": LABELS}}
    return Suite.objects.create(slug=slug, **(defaults | fields))


def make_drafts(n: int) -> list[CaseDraft]:
    """`ticket-001` … asking "Question 001" …, all with the expected label billing."""
    return [CaseDraft(f"ticket-{i:03}", f"Question {i:03}", "billing") for i in range(1, n + 1)]


def make_version(n: int = 3, *, suite: Suite | None = None) -> SuiteVersion:
    return suites.save_version(suite=suite or make_suite(), cases=make_drafts(n), by=None, now=NOW)


def make_prompt(suite: Suite, slug: str = "plain", **content: Any) -> Prompt:
    defaults: dict[str, Any] = {
        "system": "Answer with one label.",
        "user": "{{ input }}",
        "examples": [],
        "output_schema": None,
        "max_tokens": 16,
    }
    return prompts.save_prompt(suite=suite, slug=slug, **(defaults | content))


def make_run(
    n: int = 3,
    *,
    deployment: Deployment | None = None,
    version: SuiteVersion | None = None,
    repeats: int = 1,
    **fields: Any,
) -> Run:
    """n cases for one target `primary`; `fields` are the deployment's."""
    version = version or make_version(n)
    return runs.plan(
        suite_version=version,
        targets=[TargetSpec("primary", deployment or make_deployment(**fields), make_prompt(version.suite))],
        repeats=repeats,
        now=NOW,
    )
