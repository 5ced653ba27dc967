"""The verdict is a function: no order, no history and no second look changes a byte of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilots.judging import evidence
from pilots.judging.facts import Correction, Epoch, Facts, Latch, Phase, QuantileFacts
from pilots.judging.judge import judge
from pilots.judging.plan import Plan, plan_hash
from pilots.judging.verdict import Verdict
from tests.pilots.judging.builders import (
    DAY_12,
    FUTILE,
    GOOD,
    HARMFUL,
    START,
    UNCLEAR,
    facts,
    plan,
    text,
    values,
)

SEGMENTED = (
    *UNCLEAR,
    values("cost_per_task", 40, "0.7", "0.2", segment="letters"),
    values("cost_per_task", 20, "1.6", "0.2", segment="invoices"),
    values("cost_per_task", 30, "0.7", "0.3", phase=Phase.MAINTENANCE),
)
EPOCHS = (
    Epoch(candidate="small-model", index=0, fingerprint="a"),
    Epoch(candidate="other", index=1, fingerprint="b"),
)
LATCHES = tuple(Latch(trigger=name, since=START, sentence=name) for name in ("x", "y"))


@given(
    arms=st.permutations(SEGMENTED),
    epochs=st.permutations(EPOCHS),
    latches=st.permutations(LATCHES),
    blockers=st.permutations(("no operator", "no control")),
)
def test_the_order_of_facts_changes_no_byte_of_verdict_or_record(arms, epochs, latches, blockers):
    usual = facts(*SEGMENTED, epochs=EPOCHS, latched=LATCHES, blockers=("no operator", "no control"))
    shuffled = facts(*arms, epochs=tuple(epochs), latched=tuple(latches), blockers=tuple(blockers))

    verdicts = judge(plan(), usual, DAY_12), judge(plan(), shuffled, DAY_12)

    assert text(verdicts[0]) == text(verdicts[1])
    records = [
        evidence.canonical_json(evidence.record(plan(), known, verdict, previous=""))
        for known, verdict in zip((usual, shuffled), verdicts, strict=True)
    ]
    assert records[0] == records[1]


@pytest.mark.parametrize("arms", [GOOD, HARMFUL, FUTILE, UNCLEAR, ()])
def test_judging_twice_gives_the_same_bytes(arms):
    assert text(judge(plan(), facts(*arms), DAY_12)) == text(judge(plan(), facts(*arms), DAY_12))


def test_splitting_an_arm_into_phases_gives_the_same_estimate():
    whole = judge(plan(), facts(*GOOD), DAY_12)
    half = replace(
        GOOD[1], n=100, total=GOOD[1].total / 3, squares=GOOD[1].squares / 3, outcomes={"ok": 100}, days=4
    )
    rest = replace(
        GOOD[1],
        n=200,
        total=GOOD[1].total * 2 / 3,
        squares=GOOD[1].squares * 2 / 3,
        outcomes={"ok": 200},
        days=8,
    )
    parted = judge(plan(), facts(GOOD[0], half, replace(rest, phase=Phase.MAINTENANCE), *GOOD[2:]), DAY_12)

    assert parted.results[0].interval == whole.results[0].interval


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        judge(plan(), facts(), datetime(2026, 3, 14))


def test_a_plan_and_facts_and_verdict_survive_the_record():
    known = facts(*SEGMENTED, epochs=EPOCHS, latched=LATCHES, migration_cost=Decimal("12.50"))
    verdict = judge(plan(), known, DAY_12)

    stored = json.loads(evidence.canonical_json(evidence.record(plan(), known, verdict, previous="")))

    assert Plan.from_json(stored["plan"]) == plan()
    assert plan_hash(Plan.from_json(stored["plan"])) == stored["plan_hash"]
    assert Facts.from_json(stored["facts"]).to_json() == known.to_json()
    assert Verdict.from_json(stored["verdict"]).to_json() == verdict.to_json()


def test_a_decimal_written_differently_is_the_same_plan():
    one = plan(goals=(replace(plan().goals[0], margin=Decimal("0.10")),))

    assert plan_hash(one) == plan_hash(plan())


def test_any_change_of_the_plan_changes_its_hash():
    assert plan_hash(plan(d_min=8)) != plan_hash(plan())


def record():
    known = facts(*HARMFUL, corrections=(Correction(trigger="x", at=START, approved_by="b", reason="c"),))
    made = evidence.record(plan(), known, judge(plan(), known, DAY_12), previous="0" * 64)
    return json.loads(evidence.canonical_json(made))


def test_a_record_that_holds_verifies_without_differences():
    assert evidence.verify(record()) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("verdict", "flag"), "go"),
        (("verdict", "reason"), "Go: all is well."),
        (("plan_hash",), "f" * 64),
        (("input_digest",), "f" * 64),
        (("counts", "rows"), 1),
        (("window", "end"), "2026-04-30T00:00:00Z"),
        (("engine",), "2020.1"),
    ],
)
def test_a_tampered_field_is_named(path, value):
    tampered = record()
    place = tampered
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value

    assert [difference.path for difference in evidence.verify(tampered)] == [".".join(path)]


def test_a_tampered_input_shows_in_what_follows_from_it():
    tampered = record()
    tampered["facts"]["arms"][1]["n"] += 1

    paths = [difference.path for difference in evidence.verify(tampered)]

    assert "input_digest" in paths


def test_a_field_added_or_removed_is_named():
    added, removed = record(), record()
    added["note"] = "trust me"
    del removed["watermark"]

    assert [difference.path for difference in evidence.verify(added)] == ["note"]
    assert [difference.path for difference in evidence.verify(removed)] == ["watermark"]


def test_a_damaged_record_is_reported_and_not_raised():
    damaged = record()
    damaged["plan"] = {"pilot": "x"}

    assert "Plan is incomplete" in evidence.verify(damaged)[0].recomputed


def test_the_inputs_digest_ignores_the_moment_and_the_chain_but_no_measurement():
    known = facts(*GOOD)
    later = replace(known, as_of=DAY_12 + timedelta(hours=1), watermark="9", latched=LATCHES)
    other = facts(*GOOD, blockers=("x",))

    assert evidence.input_digest(plan(), later) == evidence.input_digest(plan(), known)
    assert evidence.input_digest(plan(), other) != evidence.input_digest(plan(), known)


def chain(length: int) -> tuple[list[bytes], list[str]]:
    texts, hashes = [], []
    for day in range(length):
        known = facts(*GOOD, watermark=str(day))
        made = evidence.record(
            plan(), known, judge(plan(), known, DAY_12), previous=hashes[-1] if hashes else ""
        )
        texts.append(evidence.canonical_json(made))
        hashes.append(evidence.digest(texts[-1]))
    return texts, hashes


def test_an_unbroken_chain_has_no_differences():
    assert evidence.verify_chain(*chain(3)) == []


def test_a_record_taken_out_of_the_chain_is_found():
    texts, hashes = chain(3)
    del texts[1], hashes[1]

    assert [found.path for found in evidence.verify_chain(texts, hashes)] == ["record 2: previous"]


def test_one_changed_byte_is_found():
    texts, hashes = chain(3)
    texts[1] = texts[1].replace(b'"watermark":"1"', b'"watermark":"7"', 1)

    assert [found.path for found in evidence.verify_chain(texts, hashes)] == ["record 2: hash"]


def test_nan_is_refused_and_infinity_is_written_as_a_word():
    assert evidence.canonical_json({"b": float("inf"), "a": Decimal("3.40")}) == b'{"a":"3.4","b":"inf"}'
    with pytest.raises(ValueError, match="NaN"):
        evidence.canonical_json({"a": float("nan")})


def test_a_quantile_is_in_the_record_and_not_in_the_digest_of_its_inputs():
    shown = QuantileFacts(share=Decimal("0.95"), point=Decimal("4.02"), low=Decimal("3.8"))
    plain, filled = facts(*GOOD), facts(*(replace(arm, quantiles=(shown,)) for arm in GOOD))

    made = evidence.record(plan(), filled, judge(plan(), filled, DAY_12), previous="")

    assert made["facts"]["arms"][0]["quantiles"] == [
        {"share": "0.95", "point": "4.02", "low": "3.8", "high": None}
    ]
    assert evidence.verify(made) == []
    assert evidence.input_digest(plan(), filled) == evidence.input_digest(plan(), plain)
