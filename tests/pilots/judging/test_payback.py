"""GO needs the lower bound of the saving to pay for the move; a missing cost blocks it; a sure loss is futile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pilots.judging.judge import judge
from pilots.judging.plan import Payback, PaybackComponent
from pilots.judging.verdict import Flag, ReasonCode
from tests.pilots.judging.builders import DAY_12, FUTILE, GOOD, facts, plan

PAYS = Payback(applicable=True, components=(PaybackComponent(metric="cost_per_task"),), horizon_days=100)
BOTH = replace(
    PAYS, components=(*PAYS.components, PaybackComponent(metric="review_minutes_per_item", units_per_hour=60))
)


def judged(payback=PAYS, arms=GOOD, *, cost="4000", volume="100", wage=None, **changes):
    known = facts(
        *arms,
        migration_cost=None if cost is None else Decimal(cost),
        volume_per_day=None if volume is None else Decimal(volume),
        wage_per_hour=None if wage is None else Decimal(wage),
    )
    return judge(plan(payback=payback, **changes), known, DAY_12)


def test_a_saving_whose_lower_bound_pays_is_go():
    """Saving 0.6 EUR, lower bound 0.52: 100 items a day for 100 days are at least 5,200 EUR."""
    verdict = judged(cost="5000")

    assert verdict.flag is Flag.GO
    assert verdict.payback.saving == pytest.approx(0.6)
    assert 5150 < verdict.payback.total_low < 5250


def test_a_saving_that_pays_only_on_average_is_not_go():
    verdict = judged(cost="5500")

    assert verdict.flag is Flag.COLLECTING
    assert verdict.payback.met is False
    assert verdict.payback.sentence.startswith("the saving is not yet sure to pay: 5,1")


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"cost": None}, "pay-back cannot be said yet: an estimate of the migration cost is missing"),
        ({"volume": None}, "pay-back cannot be said yet: the volume after the pilot is missing"),
        ({"payback": BOTH}, "pay-back cannot be said yet: the wage of the reviewers is missing"),
        (
            {"payback": replace(PAYS, components=())},
            "pay-back cannot be said yet: a metric that is worth money is missing",
        ),
    ],
)
def test_a_missing_figure_blocks_go(missing, sentence):
    verdict = judged(**missing)

    assert verdict.flag is Flag.COLLECTING
    assert verdict.still_needed == (sentence,)


def test_a_move_that_cannot_pay_is_futile():
    """At most 0.68 EUR an item: never 100,000 EUR in 10,000 items."""
    verdict = judged(cost="100000")

    assert (verdict.flag, verdict.code) == (Flag.STOP, ReasonCode.FUTILITY)
    assert verdict.payback.proven_negative is True


def test_without_a_migration_cost_nothing_is_proven_negative():
    verdict = judged(arms=FUTILE, cost=None)

    assert verdict.payback.proven_negative is False


def test_review_minutes_are_priced_at_the_wage_and_the_error_is_divided():
    """0.1 minutes at 60 EUR an hour are 0.10 EUR more saving on average, with wider bounds."""
    one, both = judged(), judged(BOTH, wage="60")

    assert both.payback.saving == pytest.approx(0.7)
    assert both.payback.saving_low < one.payback.saving_low + 0.1


def test_the_horizon_is_cut_where_the_host_retires_the_model():
    verdict = judged(host_retires_on=date(2026, 4, 13), cost="5000")

    assert verdict.payback.horizon_days == 30
    assert verdict.flag is Flag.STOP
    assert verdict.code is ReasonCode.FUTILITY


def test_a_pilot_that_seeks_no_saving_says_who_agreed():
    verdict = judged(Payback(applicable=False, waived_by="otto"))

    assert verdict.flag is Flag.GO
    assert verdict.payback.sentence == "pay-back does not apply, as agreed by otto"


def test_a_negative_worth_is_refused_and_blocks_go():
    wrong = replace(PAYS, components=(PaybackComponent(metric="cost_per_task", worth=Decimal(-1)),))

    verdict = judged(wrong)

    assert verdict.flag is Flag.COLLECTING
    assert "turn the metric's direction instead" in verdict.payback.sentence
