"""A pilot's evidence chain, recomputed from what is stored."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pilots.judging import evidence
from pilots.judging.plan import Plan, plan_hash
from pilots.models import Pilot, PlanVersion, Verdict


@dataclass(frozen=True)
class ChainReport:
    """How many records were read, and in a sentence each what does not hold."""

    records: int
    differences: list[str]


def verify(pilot: Pilot) -> ChainReport:
    """Hashes, links, columns against the record, and the verdict judged again from the stored inputs."""
    stored = list(Verdict.objects.filter(pilot=pilot).select_related("plan").order_by("number"))
    found = [*_chain(stored), *_plans(pilot)]
    for verdict in stored:
        found += [f"record {verdict.number}: {difference}" for difference in _record(verdict)]
    return ChainReport(records=len(stored), differences=found)


def heads() -> dict[str, tuple[int, str]]:
    """By slug, how many records a pilot's chain has and the hash of the last; pilots without any are left out."""
    newest = Verdict.objects.order_by("pilot_id", "-number").distinct("pilot_id")
    return {
        slug: (number, digest)
        for slug, number, digest in newest.values_list("pilot__slug", "number", "evidence_hash")
    }


def _chain(stored: list[Verdict]) -> Iterator[str]:
    numbers = [verdict.number for verdict in stored]
    if numbers != list(range(1, len(stored) + 1)):
        yield f"the records are numbered {numbers}, so one is missing"
    texts = [verdict.evidence.encode() for verdict in stored]
    try:
        yield from map(str, evidence.verify_chain(texts, [verdict.evidence_hash for verdict in stored]))
    except ValueError as error:
        yield f"a record cannot be read: {error}"


def _plans(pilot: Pilot) -> Iterator[str]:
    for version in PlanVersion.objects.filter(pilot=pilot):
        if plan_hash(Plan.from_json(version.plan)) != version.plan_hash:
            yield f"plan {version.number}: its content does not match its hash"


def _record(verdict: Verdict) -> Iterator[str]:
    try:
        record = json.loads(verdict.evidence)
    except ValueError as error:
        yield f"unreadable: {error}"
        return
    yield from map(str, evidence.verify(record))
    columns = {
        "flag": verdict.flag,
        "code": verdict.code,
        "reason": verdict.reason,
    }
    for name, value in columns.items():
        if record["verdict"][name] != value:
            yield f"the column {name} says {value!r}, its record {record['verdict'][name]!r}"
    if (record["previous"], record["input_digest"]) != (verdict.previous_hash, verdict.input_digest):
        yield "the columns previous_hash and input_digest do not match its record"
    if record["plan_hash"] != verdict.plan.plan_hash:
        yield "its plan is not the one it names"
