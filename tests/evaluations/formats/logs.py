"""Logs of other tools in their true shape, cut down to what they need. Written after logs of inspect-ai 0.3.285 (whose
archives are packed with Zstandard) and of lm-eval 0.4."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from typing import Any

import zstandard


def sample(id: str, epoch: int, value: str | None, *, answer: str = "x", **fields: Any) -> dict[str, Any]:
    """`value` C or I; None for a sample that raised an error, as Inspect writes it."""
    choices = [{"message": {"role": "assistant", "content": answer}, "stop_reason": "stop"}]
    failed = value is None
    return {
        "id": id,
        "epoch": epoch,
        "input": f"Question {id}",
        "target": "Paris",
        "messages": [],
        "output": {"model": "mockllm/model", "choices": [], "completion": ""}
        if failed
        else {
            "model": "mockllm/model",
            "choices": choices,
            "completion": answer,
            "usage": {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8},
            "time": 0.25,
        },
        "scores": {} if failed else {"includes": {"value": value, "answer": answer, "explanation": answer}},
        "metadata": {"scenario": "plain"},
        "started_at": "2026-11-20T10:00:00.5+00:00",
        "working_time": 0.3,
        **({"error": {"message": "RuntimeError('tool broke')", "traceback": ""}} if failed else {}),
    } | fields


def inspect_log(samples: list[dict[str, Any]], *, status: str = "success", epochs: int = 1) -> dict[str, Any]:
    ids = list(dict.fromkeys(one["id"] for one in samples))
    completed = [one for one in samples if "error" not in one]
    right = sum(one["scores"]["includes"]["value"] == "C" for one in completed)
    return {
        "version": 2,
        "status": status,
        "eval": {
            "task": "toy_task",
            "dataset": {"name": "toy", "samples": len(ids), "sample_ids": ids, "shuffled": False},
            "model": "mockllm/model",
            "config": {"epochs": epochs, "fail_on_error": False},
            "packages": {"inspect_ai": "0.3.285"},
        },
        "results": {
            "total_samples": len(samples),
            "completed_samples": len(completed),
            "scores": [
                {
                    "name": "includes",
                    "metrics": {"accuracy": {"name": "accuracy", "value": right / max(len(completed), 1)}},
                }
            ],
        },
        "samples": samples,
    }


def as_json(log: dict[str, Any]) -> bytes:
    return json.dumps(log).encode()


def as_eval(log: dict[str, Any]) -> bytes:
    members = {f"samples/{one['id']}_epoch_{one['epoch']}.json": one for one in log["samples"]}
    header = {name: value for name, value in log.items() if name != "samples"}
    return zstd_zip(
        {name: json.dumps(one).encode() for name, one in {**members, "header.json": header}.items()}
    )


def zstd_zip(members: dict[str, bytes]) -> bytes:
    """A zip whose members are packed by method 93, which Python 3.11's zipfile cannot write."""
    out, directory = io.BytesIO(), b""
    for name, data in members.items():
        offset, encoded = out.tell(), name.encode()
        packed = zstandard.ZstdCompressor().compress(data)
        common = struct.pack(
            "<HHHHHIIIHH", 63, 0, 93, 0, 33, zlib.crc32(data), len(packed), len(data), len(encoded), 0
        )
        out.write(b"PK\x03\x04" + common + encoded + packed)
        directory += (
            b"PK\x01\x02"
            + struct.pack("<H", 63)
            + common
            + struct.pack("<HHHII", 0, 0, 0, 0, offset)
            + encoded
        )
    start = out.tell()
    out.write(directory)
    count = len(members)
    out.write(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), start, 0))
    return out.getvalue()


def lm_eval_samples(*values: float | None, filters: tuple[str, ...] = ("none",)) -> bytes:
    rows = [
        {
            "doc_id": index,
            "doc": {"question": f"Q{index}"},
            "target": "4",
            "arguments": {
                "gen_args_0": {"arg_0": f"Question: Q{index}\nAnswer:", "arg_1": {"until": ["\n"]}}
            },
            "resps": [["It is 4"]],
            "filtered_resps": ["4"],
            "filter": filter,
            "metrics": ["exact_match"],
            "doc_hash": "a",
            "prompt_hash": "b",
            "target_hash": "c",
        }
        | ({} if value is None else {"exact_match": value})
        for filter in filters
        for index, value in enumerate(values)
    ]
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def lm_eval_zip(samples: bytes, *, effective: int, original: int) -> bytes:
    results = {
        "results": {"gsm8k": {"alias": "gsm8k", "exact_match,none": 0.5, "exact_match_stderr,none": 0.1}},
        "n-samples": {"gsm8k": {"original": original, "effective": effective}},
        "model_name": "tiny",
        "lm_eval_version": "0.4.9",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tiny/results_2026-11-20T10-00-00.0.json", json.dumps(results))
        archive.writestr("tiny/samples_gsm8k_2026-11-20T10-00-00.0.jsonl", samples)
    return out.getvalue()
