"""All results of a run as rows, read a thousand at a time: each with all that led to it, under a hash of its own."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from evaluations.actions.canonical import sha256_of
from evaluations.models import Result, Run

READ_AT_ONCE = 1000
COLUMNS = [
    "run",
    "suite",
    "version",
    "suite_hash",
    "target",
    "deployment",
    "model_asked",
    "prompt",
    "prompt_version",
    "prompt_hash",
    "fingerprint",
    "case",
    "unit_id",
    "scenario",
    "provenance",
    "repeat",
    "input",
    "expected",
    "must_abstain",
    "outcome",
    "passed",
    "score",
    "judged_by",
    "judgements",
    "violations",
    "answer",
    "detail",
    "model_returned",
    "input_tokens",
    "output_tokens",
    "latency_s",
    "attempts",
    "cost",
    "currency",
    "asked_at",
    "row_sha256",
]


def rows(run: Run, *, unit_id: str = "") -> Iterator[dict[str, Any]]:
    """In the order of targets, cases, repeats; every column, also where nothing is known. Of one item alone by its id.

    `row_sha256` is that of the other columns as JSON with sorted keys, no spaces and nothing escaped: who kept a row can
    show that it was not changed.
    """
    for row in _rows(run, unit_id):
        yield row | {"row_sha256": sha256_of(row)}


def _rows(run: Run, unit_id: str) -> Iterator[dict[str, Any]]:
    version = run.suite_version
    common = {
        "run": run.pk,
        "suite": version.suite.slug,
        "version": version.number,
        "suite_hash": version.content_hash,
    }
    found = Result.objects.filter(target__run=run).select_related(
        "target__deployment", "target__prompt", "case"
    )
    if unit_id:
        found = found.filter(Q(case__unit_id=unit_id) | Q(case__unit_id="", case__key=unit_id))
    for result in found.order_by("target_id", "case_id", "repeat").iterator(chunk_size=READ_AT_ONCE):
        target, case = result.target, result.case
        yield common | {
            "target": target.key,
            "deployment": target.deployment.slug,
            "model_asked": target.plan.get("model", ""),
            "prompt": target.prompt.slug,
            "prompt_version": target.prompt.version,
            "prompt_hash": target.prompt.content_hash,
            "fingerprint": target.fingerprint,
            "case": case.key,
            "unit_id": case.unit_id or case.key,
            "scenario": case.scenario,
            "provenance": case.provenance,
            "repeat": result.repeat,
            "input": case.messages or case.input,
            "expected": case.expected,
            "must_abstain": case.must_abstain,
            "outcome": result.outcome,
            "passed": result.passed,
            "score": result.score,
            "judged_by": result.judged_by,
            "judgements": result.judgements,
            "violations": result.violations,
            "answer": result.answer,
            "detail": result.detail,
            "model_returned": result.model_returned,
            "input_tokens": result.input_tokens,
            "output_tokens": result.output_tokens,
            "latency_s": result.latency_s,
            "attempts": result.attempts,
            "cost": None if result.cost is None else f"{result.cost.normalize():f}",
            "currency": result.currency,
            "asked_at": result.asked_at.isoformat(),
        }
