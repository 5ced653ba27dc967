"""Results of another tool become a run, counted by our rules: what failed there stays in the denominator here."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import IO

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from evaluations.actions import prompts, suites, texts
from evaluations.actions.canonical import sha256_of
from evaluations.actions.suites import CasesRefused
from evaluations.formats import inspect_log, lm_eval_log
from evaluations.formats.draft import BadRow, CaseDraft
from evaluations.formats.results import ForeignResult, ForeignRun
from evaluations.models import (
    Case,
    Deployment,
    ImportedRun,
    Prompt,
    Result,
    Run,
    RunTarget,
    Suite,
    SuiteVersion,
)
from evaluations.models.run import RunState, Texts

TOOLS = {
    "inspect": "Inspect eval log (.eval, .json)",
    "lm-eval": "lm-eval samples (.jsonl, or a zip with results)",
}
MOST_RESULTS = 50_000
INSERT_BATCH = 1000
PROMPT = "as-in-the-log"


class ImportRefused(Exception):
    """Nothing was stored. The message says why and what to do."""


def recognise(name: str, beginning: bytes) -> str:
    """Whose file this is, by its name and beginning."""
    return "lm-eval" if name.endswith((".jsonl", ".zip")) or b'"doc_id"' in beginning else "inspect"


def import_run(
    *,
    suite: Suite,
    deployment: Deployment,
    stream: IO[bytes],
    by: User | None,
    now: datetime,
    name: str = "",
    tool: str = "",
    scorer: str = "",
    task: str = "",
    provenance: str = "real",
) -> Run:
    """The file's results as a run of one target, with its cases as a version of the suite; all of it or nothing.

    `deployment` is what was asked, as the catalogue knows it. `scorer` names the scores that count (lm-eval's metric),
    "" takes the file's own. Raises ImportRefused, also for a file that was imported before.
    """
    try:
        found = _read(stream, name, tool, scorer, task, provenance)
        results = _all(found)
        with transaction.atomic():
            version = suites.save_version(
                suite=suite, cases=_cases(results), by=by, now=now, judged_elsewhere=True
            )
            return _store(found, results, version, deployment, _hash(stream), name, by, now)
    except (BadRow, CasesRefused) as fault:
        raise ImportRefused(f"Nothing was imported. {fault}") from fault
    except IntegrityError as error:
        if "imported_file_once" not in str(error):
            raise
        raise ImportRefused("Nothing was imported. This very file is a run already.") from error


def _read(stream: IO[bytes], name: str, tool: str, scorer: str, task: str, provenance: str) -> ForeignRun:
    stream.seek(0)
    chosen = tool or recognise(name, stream.read(4096))
    stream.seek(0)
    if chosen == "inspect":
        return inspect_log.read(stream, scorer=scorer, provenance=provenance)
    if chosen == "lm-eval":
        return lm_eval_log.read(stream, name=name, metric=scorer, task=task, provenance=provenance)
    raise BadRow(f"Unknown tool {chosen!r}. Known: {', '.join(TOOLS)}.")


def _all(found: ForeignRun) -> list[ForeignResult]:
    results: list[ForeignResult] = []
    for result in found.results:
        results.append(result)
        if len(results) > MOST_RESULTS:
            raise BadRow(f"The file holds more than {MOST_RESULTS:,} results. Split it.")
    if not results:
        raise BadRow("The file holds no samples. Was the log written without them?")
    return results


def _cases(results: Iterable[ForeignResult]) -> list[CaseDraft]:
    """Each case once, however often it was repeated."""
    cases: dict[str, CaseDraft] = {}
    for result in results:
        if cases.setdefault(result.case.key, result.case) != result.case:
            raise BadRow(
                f"Two samples with the id {result.case.key!r} ask different things. Correct the log."
            )
    return list(cases.values())


def _hash(stream: IO[bytes]) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def _store(
    found: ForeignRun,
    results: list[ForeignResult],
    version: SuiteVersion,
    deployment: Deployment,
    file_hash: str,
    name: str,
    by: User | None,
    now: datetime,
) -> Run:
    planned = max(found.planned, version.case_count) * found.repeats
    missing = planned - len(results)
    how = texts.unclassified()
    run = Run.objects.create(
        texts=how,
        suite_version=version,
        repeats=found.repeats,
        planned_results=planned,
        state=RunState.FAILED if missing else RunState.DONE,
        failure=f"{missing} of {planned} results are missing in the file." if missing else "",
        created_at=now,
        created_by=by,
        finished_at=now,
    )
    plan = {"tool": found.tool, "version": found.version, "task": found.task, "model": found.model}
    target = RunTarget.objects.create(
        run=run,
        key=deployment.slug,
        deployment=deployment,
        prompt=_prompt(version.suite),
        plan=plan,
        fingerprint=sha256_of({**plan, "suite_hash": version.content_hash}),
    )
    cases = dict(Case.objects.filter(version=version).values_list("key", "pk"))
    Result.objects.bulk_create(
        (_row(one, target, cases[one.case.key], now, how) for one in results), batch_size=INSERT_BATCH
    )
    ImportedRun.objects.create(
        run=run,
        tool=found.tool,
        tool_version=found.version[:40],
        file_name=name[:255],
        file_hash=file_hash,
        task=found.task[:200],
        model=found.model[:200],
        figures=[asdict(figure) for figure in found.figures],
        notes=found.notes,
    )
    return run


def _row(result: ForeignResult, target: RunTarget, case_id: int, now: datetime, how: Texts) -> Result:
    return Result(
        target=target,
        case_id=case_id,
        repeat=result.repeat,
        outcome=result.outcome,
        answer=texts.kept(result.answer, how),
        answer_hash=texts.hash_of(result.answer),
        score=result.value,
        passed=result.passed,
        detail=texts.kept(result.detail, how),
        judged_by=result.judged_by,
        model_returned=result.model,
        input_tokens=result.input_tokens,
        output_tokens=result.output_tokens,
        latency_s=result.latency_s,
        asked_at=result.asked_at or now,
    )


def _prompt(suite: Suite) -> Prompt:
    """A run names a prompt. The other tool's is not known: this one says so."""
    return prompts.save_prompt(
        suite=suite, slug=PROMPT, system="", user="{{ input }}", examples=[], output_schema=None, max_tokens=1
    )
