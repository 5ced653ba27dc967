"""A rule or criterion that raises is shown, blocks GO, and never hides a stop that others prove."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from pilots.judging import judge as judging
from pilots.judging.plan import Extensions
from pilots.judging.rules.order import RULES
from pilots.judging.verdict import Flag, ReasonCode, Status
from tests.pilots.judging.builders import DAY_12, END, GOOD, HARMFUL, UNCLEAR, facts, late, plan, result


def failing(number):
    def find(case):
        raise ZeroDivisionError("division by zero")

    return tuple(replace(rule, find=find) if rule.number == number else rule for rule in RULES)


@pytest.mark.parametrize("number", range(1, 10))
def test_no_rule_may_fail_and_leave_go(monkeypatch, number):
    monkeypatch.setattr(judging, "RULES", failing(number))

    verdict = judging.judge(plan(), facts(*GOOD), DAY_12)

    assert (verdict.flag, verdict.code) == (Flag.COLLECTING, ReasonCode.DATA)
    assert [rule.number for rule in verdict.rules if rule.failed] == [number]


def test_the_failure_is_the_reason(monkeypatch):
    monkeypatch.setattr(judging, "RULES", failing(3))

    verdict = judging.judge(plan(), facts(*GOOD), DAY_12)

    assert verdict.reason == (
        "Collecting: rule 3 (the host retires the model before proof is possible) could not be evaluated: "
        "division by zero."
    )


@pytest.mark.parametrize("number", [1, 3, 4, 5, 6, 7, 8, 9])
def test_harm_stops_whatever_other_rule_fails(monkeypatch, number):
    monkeypatch.setattr(judging, "RULES", failing(number))

    assert judging.judge(plan(), facts(*HARMFUL), DAY_12).code is ReasonCode.HARM


def test_a_failed_rule_after_the_window_is_repaired_in_an_extension(monkeypatch):
    monkeypatch.setattr(judging, "RULES", failing(8))

    verdict = judging.judge(plan(), facts(*late(UNCLEAR, END)), END + timedelta(hours=1))

    assert (verdict.flag, verdict.code) == (Flag.EXTEND, ReasonCode.DATA)


def test_a_failed_rule_after_the_last_extension_is_unresolvable(monkeypatch):
    monkeypatch.setattr(judging, "RULES", failing(4))
    spent = plan(extensions=Extensions(used=2, first_window_days=28))

    verdict = judging.judge(spent, facts(*late(GOOD, END)), END + timedelta(hours=1))

    assert (verdict.flag, verdict.code) == (Flag.STOP, ReasonCode.UNRESOLVABLE)


def test_impossible_sums_could_not_be_evaluated_and_block_go():
    impossible = replace(GOOD[3], squares=Decimal(1))

    verdict = judging.judge(plan(), facts(*GOOD[:3], impossible), DAY_12)

    assert result(verdict, "not_slower").status is Status.ERROR
    assert result(verdict, "not_slower").reason == (
        "review minutes per item could not be evaluated: The sum of squares is too small for the sum: "
        "count and sums come from different rows."
    )
    assert verdict.flag is Flag.COLLECTING


def test_every_rule_is_in_the_record_in_its_order():
    verdict = judging.judge(plan(), facts(*HARMFUL), DAY_12)

    assert [rule.number for rule in verdict.rules] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert [rule.number for rule in verdict.rules if rule.matched] == [2, 7]
    assert [rule.number for rule in verdict.rules if rule.decided] == [2]
