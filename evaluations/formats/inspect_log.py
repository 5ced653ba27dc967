"""Inspect's eval logs: `.json`, one document, and `.eval`, a zip with a header and one file a sample.

Inspect leaves samples that raised an error out of its metrics. Here they are results with the outcome `error`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import IO, Any

from evaluations.formats import draft, foreign
from evaluations.formats.archive import Archive
from evaluations.formats.draft import BadRow, CaseDraft
from evaluations.formats.lines import LARGEST_DOCUMENT
from evaluations.formats.results import Ended, Figure, ForeignResult, ForeignRun
from evaluations.formats.text import made_storable

VALUES = {"C": 1.0, "I": 0.0, "P": 0.5, "N": 0.0}  # correct, incorrect, partial, no answer
TIME_LIMITS = {"time", "working"}
MODEL_GRADED = ("model_graded_qa", "model_graded_fact")
ATTACHED = "attachment://"


def read(stream: IO[bytes], *, scorer: str = "", provenance: str = "real") -> ForeignRun:
    """`scorer` names the one whose scores count, "" the first. Raises BadRow for what is no log."""
    if stream.read(4).startswith(b"PK"):
        stream.seek(0)
        archive = Archive(stream)
        names = [name for name in archive.names() if name.startswith("samples/") and name.endswith(".json")]
        header = (
            _parsed(archive.read("header.json")) if "header.json" in archive.names() else _unfinished(archive)
        )
        return _run(header, (_parsed(archive.read(name)) for name in sorted(names)), scorer, provenance)
    stream.seek(0)
    data = stream.read(LARGEST_DOCUMENT + 1)
    if len(data) > LARGEST_DOCUMENT:
        raise BadRow(
            f"A log of more than {LARGEST_DOCUMENT >> 20} MB. Convert it: inspect log convert --to eval."
        )
    log = _parsed(data)
    samples = log.get("samples")
    return _run(log, samples if isinstance(samples, list) else [], scorer, provenance)


def _unfinished(archive: Archive) -> Mapping[str, Any]:
    """A log whose writing was cut off has its beginning alone."""
    return {**_parsed(archive.read("_journal/start.json")), "status": "started"}


def _parsed(data: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadRow(f"This is no log of Inspect: {error}.") from error
    if not isinstance(value, dict):
        raise BadRow("This is no log of Inspect: it should be an object.")
    return value


def _run(log: Mapping[str, Any], samples: Iterable[object], scorer: str, provenance: str) -> ForeignRun:
    spec = log.get("eval")
    if not isinstance(spec, dict) or "task" not in spec:
        raise BadRow("This is no log of Inspect: the part “eval” with the task is missing.")
    dataset, config = spec.get("dataset") or {}, spec.get("config") or {}
    repeats = int(config.get("epochs") or 1)
    counted = _scorer(log, scorer)
    run = ForeignRun(
        tool="inspect",
        version=str((spec.get("packages") or {}).get("inspect_ai", "")),
        task=str(spec["task"]),
        model=str(spec.get("model", "")),
        planned=len(dataset.get("sample_ids") or ()) or int(dataset.get("samples") or 0),
        repeats=repeats,
        results=_results(samples, counted, provenance),
        figures=list(_figures(log)),
    )
    if (status := log.get("status")) != "success":
        run.notes.append(f"The log's status is “{status}”: the evaluation did not end as it should.")
    if (config.get("limit")) is not None:
        run.notes.append(f"Only a part of the data set was asked (limit {config['limit']}).")
    return run


def _scorer(log: Mapping[str, Any], wanted: str) -> str:
    named = [score.get("name", "") for score in (log.get("results") or {}).get("scores") or []]
    if wanted and named and wanted not in named:
        raise BadRow(f"The log has no scorer {wanted!r}. It has: {', '.join(named)}.")
    return wanted or (named[0] if named else "")


def _figures(log: Mapping[str, Any]) -> Iterator[Figure]:
    results = log.get("results") or {}
    completed = results.get("completed_samples")
    for score in results.get("scores") or []:
        for name, metric in (score.get("metrics") or {}).items():
            value = metric.get("value")
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield Figure(f"{score.get('name')}/{name}", float(value), completed)


def _results(samples: Iterable[object], scorer: str, provenance: str) -> Iterator[ForeignResult]:
    for number, sample in enumerate(samples, 1):
        if not isinstance(sample, dict):
            raise BadRow(f"Sample {number} is no object. The log is damaged.")
        try:
            yield _result(sample, scorer, provenance)
        except BadRow as fault:
            raise BadRow(f"Sample {sample.get('id', number)!r}: {fault}") from fault
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise BadRow(f"Sample {sample.get('id', number)!r} cannot be read: {error}.") from error


def _result(sample: Mapping[str, Any], scorer: str, provenance: str) -> ForeignResult:
    attached = sample.get("attachments") or {}
    output, scores = sample.get("output") or {}, sample.get("scores") or {}
    outcome, why = _outcome(sample, output)
    score = scores.get(scorer) or next(iter(scores.values()), None)
    value = _value(score) if outcome == "ok" else 0.0
    usage = output.get("usage") or {}
    return ForeignResult(
        case=_case(sample, attached, provenance),
        repeat=max(int(sample.get("epoch") or 1) - 1, 0),
        outcome=outcome,
        value=value,
        passed=value == 1.0,
        answer=made_storable(_whole(str(output.get("completion") or ""), attached)),
        detail=made_storable(why or str((score or {}).get("explanation") or "")[:1000]),
        model=str(output.get("model") or "")[:200],
        judged_by="model" if scorer in MODEL_GRADED else "check",
        latency_s=_seconds(output.get("time", sample.get("working_time"))),
        input_tokens=usage.get("input_tokens"),
        output_tokens=usage.get("output_tokens"),
        asked_at=_moment(sample.get("started_at")),
    )


def _outcome(sample: Mapping[str, Any], output: Mapping[str, Any]) -> tuple[Ended, str]:
    if error := sample.get("error"):
        return "error", f"Inspect: {str(error.get('message', 'error'))[:1000]}"
    limit = (sample.get("limit") or {}).get("type")
    if limit in TIME_LIMITS:
        return "timeout", f"Inspect: stopped at its limit of {limit}."
    choices = output.get("choices") or [{}]
    if choices[0].get("stop_reason") == "content_filter":
        return "blocked", "Inspect: a content filter stopped the answer."
    if output.get("error"):
        return "error", f"Inspect: {str(output['error'])[:1000]}"
    if not sample.get("scores"):
        return "error", "Inspect: the sample has no score."
    return "ok", ""


def _value(score: Mapping[str, Any] | None) -> float:
    value = (score or {}).get("value")
    if isinstance(value, str) and value in VALUES:
        return VALUES[value]
    if isinstance(value, bool | int | float) and 0 <= value <= 1:
        return float(value)
    raise BadRow(
        f"its score {value!r} is neither C, I, P, N nor a number from 0 to 1. Choose another scorer."
    )


def _case(sample: Mapping[str, Any], attached: Mapping[str, str], provenance: str) -> CaseDraft:
    given = sample.get("input")
    if isinstance(given, list):
        given = [
            {"role": one.get("role"), "content": _content(one.get("content"), attached)}
            for one in given
            if isinstance(one, dict)
        ]
    else:
        given = _whole(str(given), attached)
    row = {"id": sample.get("id"), "input": given, "target": sample.get("target") or None}
    scenario = (sample.get("metadata") or {}).get("scenario")
    if isinstance(scenario, str):
        row["metadata"] = {"scenario": scenario}
    if sample.get("choices"):
        row["choices"] = sample["choices"]
    return foreign.inspect_sample(row, draft.provenance(provenance))


def _content(content: object, attached: Mapping[str, str]) -> object:
    return _whole(content, attached) if isinstance(content, str) else content


def _whole(text: str, attached: Mapping[str, str]) -> str:
    """Long texts are kept apart, by a hash."""
    return attached.get(text.removeprefix(ATTACHED), text) if text.startswith(ATTACHED) else text


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value >= 0 else None


def _moment(value: object) -> datetime | None:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    return moment if moment is not None and moment.tzinfo else None
