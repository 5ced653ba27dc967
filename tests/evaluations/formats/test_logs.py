"""Logs of Inspect and of lm-eval: every sample is read, those that failed too; traps are refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from evaluations.formats import inspect_log, lm_eval_log
from evaluations.formats.archive import LARGEST_MEMBER, Archive
from evaluations.formats.draft import BadRow
from tests.evaluations.formats import logs
from tests.evaluations.formats.logs import sample

SAMPLES = [
    sample("a", 1, "C", answer="Paris"),
    sample("b", 1, "I"),
    sample("c", 1, None),
    sample("d", 1, None),
]


@pytest.mark.parametrize("write", [logs.as_json, logs.as_eval], ids=[".json", ".eval"])
def test_samples_of_inspect_that_failed_are_results(write):
    run = inspect_log.read(io.BytesIO(write(logs.inspect_log(SAMPLES))))

    results = {result.case.key: result for result in run.results}
    assert (run.tool, run.version, run.task, run.planned, run.repeats) == (
        "inspect",
        "0.3.285",
        "toy_task",
        4,
        1,
    )
    assert [(figure.name, figure.value, figure.n) for figure in run.figures] == [
        ("includes/accuracy", 0.5, 2)
    ]
    assert {key: (one.outcome, one.value) for key, one in results.items()} == {
        "a": ("ok", 1.0),
        "b": ("ok", 0.0),
        "c": ("error", 0.0),
        "d": ("error", 0.0),
    }
    first = results["a"]
    assert (first.answer, first.case.input, first.case.scenario) == ("Paris", "Question a", "plain")
    assert (first.latency_s, first.input_tokens, first.output_tokens) == (0.25, 3, 5)
    assert results["c"].detail == "Inspect: RuntimeError('tool broke')"


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"limit": {"type": "time", "limit": 5}}, "timeout"),
        ({"limit": {"type": "token", "limit": 5}}, "ok"),
        ({"scores": {}}, "error"),
        ({"output": {"choices": [{"stop_reason": "content_filter"}], "completion": ""}}, "blocked"),
    ],
)
def test_how_a_sample_of_inspect_ended_is_told_apart(fields, outcome):
    run = inspect_log.read(
        io.BytesIO(
            logs.as_json(
                logs.inspect_log([sample("a", 1, "C")]) | {"samples": [sample("a", 1, "C") | fields]}
            )
        )
    )

    assert [result.outcome for result in run.results] == [outcome]


def test_a_log_that_was_cut_off_says_so_and_keeps_what_it_has():
    log = logs.inspect_log(SAMPLES, status="error")
    log["eval"]["dataset"] |= {"samples": 10, "sample_ids": [str(i) for i in range(10)]}

    run = inspect_log.read(io.BytesIO(logs.as_eval(log)))

    assert (run.planned, len(list(run.results))) == (10, 4)
    assert run.notes == ["The log's status is “error”: the evaluation did not end as it should."]


def test_samples_of_lm_eval_are_results_and_one_without_a_value_failed():
    data = logs.lm_eval_zip(logs.lm_eval_samples(1.0, 0.0, None), effective=3, original=100)

    run = lm_eval_log.read(io.BytesIO(data))

    results = list(run.results)
    assert (run.task, run.model, run.version, run.planned) == ("gsm8k", "tiny", "0.4.9", 3)
    assert run.notes == ["Only 3 of 100 samples were asked."]
    assert [(one.case.key, one.outcome, one.value, one.answer) for one in results] == [
        ("gsm8k-0", "ok", 1.0, "4"),
        ("gsm8k-1", "ok", 0.0, "4"),
        ("gsm8k-2", "error", 0.0, "4"),
    ]
    assert results[0].case.input == "Question: Q0\nAnswer:"


def test_of_several_filters_the_first_is_read_and_the_others_are_told():
    data = logs.lm_eval_samples(1.0, 0.0, filters=("strict-match", "flexible-extract"))

    run = lm_eval_log.read(io.BytesIO(data), name="samples_gsm8k_2026-11-20T10-00-00.0.jsonl")

    assert (run.task, len(list(run.results))) == ("gsm8k", 2)
    assert run.notes == ["Read with the filter “strict-match”; left aside: flexible-extract."]


@pytest.mark.parametrize(
    ("read", "data", "words"),
    [
        (inspect_log.read, b"{", "This is no log of Inspect"),
        (inspect_log.read, b'{"eval": {}}', "the part “eval” with the task is missing"),
        (inspect_log.read, b"PK\x03\x04 nothing", "This is no zip archive"),
        (lm_eval_log.read, b"", "The file holds no samples"),
        (lm_eval_log.read, b'{"doc_id": 1}', "Line 1 is no sample of lm-eval"),
        (lm_eval_log.read, b"{", "Line 1: not JSON"),
    ],
)
def test_what_is_no_log_is_refused(read, data, words):
    with pytest.raises(BadRow, match=words):
        list(read(io.BytesIO(data)).results)


def test_a_score_that_is_no_share_is_refused():
    log = logs.inspect_log([sample("a", 1, "C")])
    log["samples"][0]["scores"]["includes"]["value"] = 17

    with pytest.raises(BadRow, match="Sample 'a': its score 17 is neither"):
        list(inspect_log.read(io.BytesIO(logs.as_json(log))).results)


@pytest.mark.parametrize("method", ["deflate", "zstandard"])
def test_a_zip_bomb_is_refused_while_it_is_unpacked(method):
    data = bytes(LARGEST_MEMBER + 1)
    if method == "deflate":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("header.json", data)
        bomb = out.getvalue()
    else:
        bomb = logs.zstd_zip({"header.json": data})

    assert len(bomb) < 100_000
    with pytest.raises(BadRow, match=r"header\.json unpacks to more than 50 MB"):
        Archive(io.BytesIO(bomb)).read("header.json")
