"""The evidence record: everything a verdict rests on, as one canonical byte string that can be replayed.

Records of a pilot form a chain: `previous` is the SHA-256 of the canonical bytes of the record before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilots.judging.canonical import canonical_json, digest, encoded_json
from pilots.judging.codec import instant_text
from pilots.judging.facts import Facts
from pilots.judging.judge import judge
from pilots.judging.plan import Plan, plan_hash
from pilots.judging.verdict import Verdict

__all__ = [
    "Difference",
    "canonical_json",
    "digest",
    "encoded_json",
    "input_digest",
    "record",
    "verify",
    "verify_chain",
]

SCHEMA = 1
ENGINE = "2026.1"
"""Raised when the same inputs may give another verdict."""

_MOMENT = ("as_of", "watermark", "latched", "silent")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field, by its path, that is not what the stored inputs give."""

    path: str
    stored: Any
    recomputed: Any

    def __str__(self) -> str:
        return f"{self.path}: the record says {self.stored!r}, its inputs give {self.recomputed!r}"


def record(
    plan: Plan, facts: Facts, verdict: Verdict, *, previous: str, known_digest: str | None = None
) -> dict[str, Any]:
    """Plain JSON values. `previous` is the hash of the record before, empty for the first. `known_digest` is the input
    digest where it was worked out before."""
    known = facts.to_json()
    return {
        "schema": SCHEMA,
        "engine": ENGINE,
        "pilot": plan.pilot,
        "plan_hash": plan_hash(plan),
        "plan": plan.to_json(),
        "facts": known,
        "as_of": instant_text(verdict.as_of),
        "watermark": facts.watermark,
        "window": {"start": instant_text(plan.window_start), "end": instant_text(plan.window_end)},
        "epochs": known["epochs"],
        "input_digest": known_digest or _digest_of(plan, known),
        "counts": _counts(facts),
        "verdict": verdict.to_json(),
        "previous": previous,
    }


def input_digest(plan: Plan, facts: Facts) -> str:
    """SHA-256 of the plan and of all that was measured; the same at another moment and for shuffled facts.

    Latches are left out: they follow from the chain, not from the data; silence, because it belongs to the moment;
    quantiles, because they are shown and decide nothing."""
    return _digest_of(plan, facts.to_json())


def _digest_of(plan: Plan, known: Mapping[str, Any]) -> str:
    data = {name: value for name, value in known.items() if name not in _MOMENT}
    data["arms"] = [{**arm, "quantiles": []} if arm["quantiles"] else arm for arm in data["arms"]]
    return digest(encoded_json({"plan": plan_hash(plan), "facts": data}))


def verify(stored: Mapping[str, Any]) -> list[Difference]:
    """Judges the stored inputs again and names each field that differs; empty when the record holds.

    A record whose inputs cannot even be read is one difference that says why."""
    try:
        plan, facts = Plan.from_json(stored["plan"]), Facts.from_json(stored["facts"])
        verdict = judge(plan, facts, datetime.fromisoformat(stored["as_of"]))
        again = record(plan, facts, verdict, previous=stored["previous"])
    except Exception as error:  # a damaged record may fail anywhere, and must be reported, not raised
        return [
            Difference(path="", stored="a record", recomputed=f"unreadable: {type(error).__name__}: {error}")
        ]
    return _compare("", dict(stored), again)


def verify_chain(texts: list[bytes], hashes: list[str]) -> list[Difference]:
    """The chain of one pilot, oldest first: each text against its hash, each `previous` against the hash before."""
    found, before = [], ""
    for number, (text, expected) in enumerate(zip(texts, hashes, strict=True), start=1):
        if digest(text) != expected:
            found.append(Difference(path=f"record {number}: hash", stored=expected, recomputed=digest(text)))
        previous = json.loads(text).get("previous")
        if previous != before:
            found.append(Difference(path=f"record {number}: previous", stored=previous, recomputed=before))
        before = expected
    return found


def _counts(facts: Facts) -> dict[str, int]:
    whole = [arm for arm in facts.arms if not arm.segment]
    return {
        "series": len(whole),
        "units": sum(arm.n for arm in whole) + sum(pair.n for pair in facts.pairs if not pair.segment),
        "rows": sum(arm.rows for arm in whole),
    }


def _compare(path: str, stored: Any, again: Any) -> list[Difference]:
    if isinstance(stored, dict) and isinstance(again, dict):
        keys = sorted(set(stored) | set(again))
        return [
            found
            for key in keys
            for found in _compare(f"{path}.{key}" if path else key, stored.get(key), again.get(key))
        ]
    if isinstance(stored, list) and isinstance(again, list) and len(stored) == len(again):
        pairs = enumerate(zip(stored, again, strict=True))
        return [found for index, (old, new) in pairs for found in _compare(f"{path}[{index}]", old, new)]
    same = stored == again and type(stored) is type(again)
    return [] if same else [Difference(path=path, stored=stored, recomputed=again)]
