"""When the window is over: the segments that hurt are named where the rest is settled without them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from pilots.judging.facts import Phase
from pilots.judging.judge import judge
from pilots.judging.plan import Extensions, Goal
from pilots.judging.verdict import Flag, ReasonCode
from tests.pilots.judging.builders import (
    COST,
    END,
    MINUTES,
    MINUTES_BEFORE,
    MINUTES_SAME,
    facts,
    late,
    plan,
    values,
)

CLOSED = END + timedelta(hours=1)


def split(bad: str, *, bad_n: int = 150):
    """Three quarters of the tasks save half the cost, invoices cost `bad`; review minutes do not change."""
    arms = []
    for segment, n, cost in (("letters", 300, "0.6"), ("contracts", 300, "0.6"), ("invoices", bad_n, bad)):
        arms += [
            values("cost_per_task", 300, "1.2", "0.4", phase=Phase.BASELINE, segment=segment),
            values("cost_per_task", n, cost, "0.4", segment=segment),
            values("review_minutes_per_item", 300, "2.6", "0.6", phase=Phase.BASELINE, segment=segment),
            values("review_minutes_per_item", n, "2.5", "0.6", segment=segment),
        ]
    overall = (
        values("cost_per_task", 900, "1.2", "0.4", phase=Phase.BASELINE),
        values("cost_per_task", 200, "1.1", "3"),
        MINUTES_BEFORE,
        MINUTES_SAME,
    )
    return late((*overall, *arms), END)


def test_the_segment_that_hurts_is_named():
    verdict = judge(plan(), facts(*split("1.8")), CLOSED)

    assert (verdict.flag, verdict.code) == (Flag.EXTEND, ReasonCode.NARROWER_SCOPE)
    assert verdict.extend.segments == ("invoices",)
    assert verdict.reason == (
        "Extend: narrower scope: without invoices (1 of 3 segments) every goal is proven and every stop trigger "
        "safe; confirm it on new data."
    )


def test_without_a_segment_that_hurts_for_certain_nothing_is_narrowed():
    verdict = judge(plan(), facts(*split("1.0", bad_n=20)), CLOSED)

    assert verdict.code is not ReasonCode.NARROWER_SCOPE


def test_when_the_rest_is_not_settled_nothing_is_narrowed():
    strict = plan(goals=(Goal(key="save", metric="cost_per_task", margin=Decimal("0.6")),))

    verdict = judge(strict, facts(*split("1.8")), CLOSED)

    assert verdict.code is not ReasonCode.NARROWER_SCOPE


def test_an_open_window_is_not_narrowed():
    verdict = judge(plan(), facts(*split("1.8")), END - timedelta(hours=1))

    assert verdict.flag is Flag.COLLECTING


def test_without_an_extension_nothing_is_narrowed():
    spent = plan(extensions=Extensions(used=2, first_window_days=28))

    verdict = judge(spent, facts(*split("1.8")), CLOSED)

    assert verdict.code is ReasonCode.UNRESOLVED


def test_segments_never_decide_by_themselves():
    verdict = judge(plan(metrics=(MINUTES, COST)), facts(*split("1.8")), CLOSED)

    assert [found.segment for found in verdict.results if found.decides] == ["", ""]
