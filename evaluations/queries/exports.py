"""All results of a run as rows, read a thousand at a time."""

from collections.abc import Iterator
from typing import Any

from evaluations.models import Result, Run

READ_AT_ONCE = 1000
COLUMNS = [
    "run",
    "suite",
    "version",
    "suite_hash",
    "target",
    "deployment",
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
    "asked_at",
]


def rows(run: Run) -> Iterator[dict[str, Any]]:
    """In the order of targets, cases, repeats; every column, also where nothing is known."""
    version = run.suite_version
    common = {
        "run": run.pk,
        "suite": version.suite.slug,
        "version": version.number,
        "suite_hash": version.content_hash,
    }
    found = Result.objects.filter(target__run=run).select_related("target__deployment", "case")
    for result in found.order_by("target_id", "case_id", "repeat").iterator(chunk_size=READ_AT_ONCE):
        target, case = result.target, result.case
        yield common | {
            "target": target.key,
            "deployment": target.deployment.slug,
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
            "asked_at": result.asked_at.isoformat(),
        }
