"""Results of lm-evaluation-harness: `samples_<task>_<time>.jsonl`, with `results_<time>.json` beside it or in one zip."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import IO, Any

from evaluations.formats import draft
from evaluations.formats.archive import Archive
from evaluations.formats.draft import BadRow, CaseDraft
from evaluations.formats.lines import LARGEST_DOCUMENT, json_rows
from evaluations.formats.results import Figure, ForeignResult, ForeignRun
from evaluations.formats.text import made_storable

SAMPLES = re.compile(r"(?:.*/)?samples_(?P<task>.+)_\d{4}-\d{2}-\d{2}T[^/]*\.jsonl\Z")
RESULTS = re.compile(r"(?:.*/)?results(?:_[^/]*)?\.json\Z")
PREFERRED = ("exact_match", "acc", "acc_norm", "pass@1", "f1")


def read(
    stream: IO[bytes], *, name: str = "", metric: str = "", task: str = "", provenance: str = "real"
) -> ForeignRun:
    """`metric` names the per-sample value that counts, "" takes the task's own. Raises BadRow.

    Where a zip holds the samples of several tasks, `task` says which one is read.
    """
    results: Mapping[str, Any] = {}
    if stream.read(4).startswith(b"PK"):
        stream.seek(0)
        archive = Archive(stream)
        name = _of_task(archive.names(), task)
        if found := next((one for one in archive.names() if RESULTS.match(one)), ""):
            results = _object(archive.read(found))
        samples: IO[bytes] = BytesIO(archive.read(name))
    else:
        stream.seek(0)
        samples = stream
    rows = list(_rows(samples))
    known = SAMPLES.match(name)
    return _run(rows, results, known["task"] if known else task or "lm-eval", metric, provenance)


def _of_task(names: list[str], task: str) -> str:
    tasks = {found["task"]: one for one in names if (found := SAMPLES.match(one))}
    if not tasks:
        raise BadRow("The archive holds no samples_….jsonl. Run lm-eval with --log_samples.")
    if task in tasks:
        return tasks[task]
    if task or len(tasks) > 1:
        raise BadRow(f"Say which task to read. The archive has: {', '.join(sorted(tasks))}.")
    return next(iter(tasks.values()))


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(data[:LARGEST_DOCUMENT])
    except (ValueError, RecursionError) as error:
        raise BadRow(f"results.json cannot be read: {error}.") from error
    return value if isinstance(value, dict) else {}


def _rows(stream: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, row in json_rows(stream):
        if isinstance(row, BadRow):
            raise BadRow(f"Line {number}: {row}")
        if not isinstance(row, dict) or "doc_id" not in row or "target" not in row:
            raise BadRow(f"Line {number} is no sample of lm-eval: “doc_id” and “target” are missing.")
        yield number, row


def _run(
    rows: list[tuple[int, dict[str, Any]]],
    results: Mapping[str, Any],
    task: str,
    metric: str,
    provenance: str,
) -> ForeignRun:
    if not rows:
        raise BadRow("The file holds no samples. Run lm-eval with --log_samples.")
    counted = metric or _metric(rows[0][1])
    filters = list(dict.fromkeys(str(row.get("filter", "none")) for _, row in rows))
    used = [(number, row) for number, row in rows if str(row.get("filter", "none")) == filters[0]]
    samples = (results.get("n-samples") or {}).get(task) or {}
    run = ForeignRun(
        tool="lm-eval",
        version=str(results.get("lm_eval_version", results.get("git_hash", "")) or "")[:40],
        task=task,
        model=str(results.get("model_name", "")),
        planned=max(int(samples.get("effective") or 0), len({row["doc_id"] for _, row in used})),
        repeats=1,
        results=_results(used, counted, task, provenance),
        figures=list(_figures(results, task, samples)),
    )
    if len(filters) > 1:
        run.notes.append(f"Read with the filter “{filters[0]}”; left aside: {', '.join(filters[1:])}.")
    if samples.get("original") not in (None, samples.get("effective")):
        run.notes.append(f"Only {samples.get('effective')} of {samples['original']} samples were asked.")
    return run


def _metric(row: Mapping[str, Any]) -> str:
    named = row.get("metrics")
    have = [
        name
        for name in (named if isinstance(named, list) else PREFERRED)
        if _number(row.get(name)) is not None
    ]
    if not have:
        raise BadRow("The samples carry no metric that is a number from 0 to 1. Name one with metric.")
    return next((name for name in PREFERRED if name in have), have[0])


def _figures(results: Mapping[str, Any], task: str, samples: Mapping[str, Any]) -> Iterator[Figure]:
    for name, value in ((results.get("results") or {}).get(task) or {}).items():
        if "," in str(name) and isinstance(value, int | float) and not isinstance(value, bool):
            yield Figure(str(name), float(value), samples.get("effective"))


def _results(
    rows: Iterable[tuple[int, Mapping[str, Any]]], metric: str, task: str, provenance: str
) -> Iterator[ForeignResult]:
    for number, row in rows:
        value = _number(row.get(metric))
        answer = _answer(row)
        failed = value is None
        yield ForeignResult(
            case=_case(row, number, task, provenance),
            repeat=0,
            outcome="error" if failed else "ok",
            value=0.0 if value is None else value,
            passed=value == 1.0,
            answer=made_storable(answer),
            detail=f"lm-eval: the sample has no value of {metric}." if failed else "",
        )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, bool | int | float) and 0 <= value <= 1 else None


def _answer(row: Mapping[str, Any]) -> str:
    for name in ("filtered_resps", "resps"):
        found = row.get(name)
        while isinstance(found, list) and len(found) == 1:
            found = found[0]
        if isinstance(found, str):
            return found
        if found:
            return json.dumps(found, ensure_ascii=False)
    return ""


def _case(row: Mapping[str, Any], number: int, task: str, provenance: str) -> CaseDraft:
    asked = _asked(row.get("arguments"))
    if not asked.strip():
        raise BadRow(f"Line {number}: the sample's arguments hold no question.")
    return CaseDraft(
        key=f"{task}-{row['doc_id']}"[:200],
        input=draft.text(made_storable(asked), "input", required=True),
        expected=draft.expected(str(row["target"])),
        provenance=draft.provenance(provenance),
    )


def _asked(arguments: object) -> str:
    """The first argument of the first request: {"gen_args_0": {"arg_0": …}}, or lists in older files."""
    while isinstance(arguments, dict | list) and arguments:
        arguments = next(iter(arguments.values())) if isinstance(arguments, dict) else arguments[0]
    return arguments if isinstance(arguments, str) else ""
