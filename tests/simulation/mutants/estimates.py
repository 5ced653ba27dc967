"""Error budgets, failures and gaps, pay-back, intervals that hold at every look, and the record."""

from __future__ import annotations

from tests.simulation.mutation import Mutation

BUDGETS = "tests/pilots/judging/test_budgets.py::"
OUTCOMES = "tests/pilots/judging/test_outcomes.py::"
ESTIMATES = "tests/pilots/judging/test_estimates.py::"
PAYBACK = "tests/pilots/judging/test_payback.py::"
REPLAY = "tests/pilots/judging/test_replay.py::"
ERRORS = "tests/simulation/test_errors.py::"

SHARES = (
    Mutation(
        "α of harm divided by G",
        "pilots.judging.budgets",
        "return float(plan.alphas.harm) / (shares + 1 if trigger.late else shares)",
        "return float(plan.alphas.harm)",
        BUDGETS + "test_a_share_of_harm_needs_more_evidence",
    ),
    Mutation(
        "a late trigger takes a smaller share",
        "pilots.judging.budgets",
        "(shares + 1 if trigger.late else shares)",
        "shares",
        BUDGETS + "test_a_late_trigger_takes_a_smaller_share_on_top",
    ),
    Mutation(
        "G stays as fixed at the start",
        "pilots.judging.budgets",
        "if plan.trigger_count is not None:",
        "if False:",
        BUDGETS + "test_the_shares_stay_as_fixed_at_the_start",
    ),
    Mutation(
        "α of futility divided among goals",
        "pilots.judging.budgets",
        "return float(plan.alphas.futility) / futility_shares(plan)",
        "return float(plan.alphas.futility)",
        BUDGETS + "test_futility_is_divided_among_required_goals",
    ),
    Mutation(
        "every epoch spends a budget of its own",
        "pilots.judging.budgets",
        "bound = min(epochs * (alpha + extra), 1.0)",
        "bound = min(alpha + extra, 1.0)",
        BUDGETS + "test_every_epoch_spends_its_own_budget_and_the_bound_is_printed",
    ),
)

GAPS = (
    Mutation(
        "more than 5 % missing counts as the worst case",
        "pilots.judging.estimates.gaps",
        "TOLERATED_SHARE = 0.05",
        "TOLERATED_SHARE = 1.0",
        OUTCOMES + "test_more_missing_is_the_worst_case_for_safe",
    ),
    Mutation(
        "the worst case for GO is not the best",
        "pilots.judging.estimates.gaps",
        "return hull(middle, estimator(worst[0], worst[1]), estimator(best[0], best[1]))",
        "return estimator(best[0], best[1])",
        OUTCOMES + "test_more_missing_is_the_worst_case_for_safe",
    ),
    Mutation(
        "the best case for STOP is not the worst",
        "pilots.judging.estimates.estimate",
        "alarm=best.alarm,",
        "alarm=worst.alarm,",
        OUTCOMES + "test_more_missing_is_the_best_case_for_breached",
    ),
    Mutation(
        "gaps without bounds leave everything open",
        "pilots.judging.estimates.gaps",
        "middle, prove=Interval.everything(), refute=Interval.everything(), alarm=_quiet(middle)\n",
        "middle, alarm=_quiet(middle)\n",
        OUTCOMES + "test_missing_values_of_an_uncapped_mean_leave_everything_open",
    ),
    Mutation(
        "units with one side only count at their worst",
        "pilots.judging.estimates.paired",
        "if share > TOLERATED_SHARE:",
        "if False:",
        ESTIMATES + "test_pairs_with_one_side_only_are_counted_at_their_worst",
    ),
    Mutation(
        "a time-out is a failure",
        "pilots.judging.outcomes",
        "FAILED = (Outcome.TIMEOUT, Outcome.ERROR)",
        "FAILED = (Outcome.ERROR,)",
        OUTCOMES + "test_time_outs_count_as_errors_of_a_rate",
    ),
    Mutation(
        "a time-out lies beyond every limit",
        "pilots.judging.samples",
        "return (counted or 0) + sample.failed",
        "return counted or 0",
        OUTCOMES + "test_time_outs_lie_beyond_every_limit_of_a_quantile",
    ),
    Mutation(
        "a refusal stays in the denominator",
        "pilots.judging.outcomes",
        "DECLINED = (Outcome.REFUSED, Outcome.BLOCKED, Outcome.ABSTAINED, Outcome.ESCALATED)",
        "DECLINED = ()",
        OUTCOMES + "test_refusals_count_against_quality_and_stay_in_the_denominator",
    ),
    Mutation(
        "infrastructure errors are not failures of the model",
        "pilots.judging.outcomes",
        "if outcome is Outcome.INFRA_ERROR:",
        "if False:",
        OUTCOMES + "test_an_outcome_counts_as",
    ),
)

MONEY = (
    Mutation(
        "pay-back on the lower bound",
        "pilots.judging.payback",
        "met, negative = low >= cost, high < cost",
        "met, negative = high >= cost, high < cost",
        PAYBACK + "test_a_saving_that_pays_only_on_average_is_not_go",
    ),
    Mutation(
        "a missing migration cost blocks GO",
        "pilots.judging.payback",
        "if facts.migration_cost is None:",
        "if False:",
        PAYBACK + "test_a_missing_figure_blocks_go",
    ),
    Mutation(
        "a sure loss is futile",
        "pilots.judging.payback",
        "met, negative = low >= cost, high < cost",
        "met, negative = low >= cost, False",
        PAYBACK + "test_a_move_that_cannot_pay_is_futile",
    ),
    Mutation(
        "the horizon ends when the host retires the model",
        "pilots.judging.payback",
        "if plan.host_retires_on is None:",
        "if True:",
        PAYBACK + "test_the_horizon_is_cut_where_the_host_retires_the_model",
    ),
    Mutation(
        "the waiver of pay-back needs a second person",
        "pilots.judging.payback",
        "if not by:",
        "if False:",
        "tests/pilots/judging/test_never_go.py::test_a_payback_waived_by_nobody_is_not_go",
    ),
)

SEQUENCES = (
    Mutation(
        "an interval for every look, not for one (1.96 standard errors)",
        "evaluations.stats.mixtures",
        "return math.sqrt(nu * math.expm1(log_a) / -math.expm1(log_gap))",
        "return 1.96",
        ERRORS + "test_without_a_difference_nothing_is_said_where_a_daily_t_test_is_often_wrong",
    ),
    Mutation(
        "evidence against a rate holds at every look",
        "pilots.judging.estimates.rates",
        "alarm=log_evidence >= threshold if criterion.role is Role.TRIGGER else None,",
        "alarm=log_evidence >= 0.7 if criterion.role is Role.TRIGGER else None,",
        ERRORS + "test_an_error_rate_on_its_limit_is_seldom_stopped",
    ),
    Mutation(
        "the rate breaches at the golden count",
        "pilots.judging.estimates.rates",
        "alarm=log_evidence >= threshold if criterion.role is Role.TRIGGER else None,",
        "alarm=bad / n > allowed if criterion.role is Role.TRIGGER else None,",
        ESTIMATES + "test_a_rate_breaches_its_limit_at_the_golden_count",
    ),
    Mutation(
        "the baseline is uncertain as well",
        "pilots.judging.estimates.rates",
        "bad, allowed = k, weight * baseline.high + margin",
        "bad, allowed = k, weight * k_base / n_base + margin",
        "tests/simulation/test_guards.py::test_the_baseline_of_a_rate_is_uncertain_as_well",
    ),
    Mutation(
        "lower is better turns the sign",
        "pilots.judging.criteria",
        "return -1 if self.metric.direction is Direction.LOWER else 1",
        "return 1",
        ESTIMATES + "test_mean_before_after_is_the_golden_interval_turned_so_that_plus_is_better",
    ),
    Mutation(
        "repeats are averaged first",
        "pilots.judging.samples",
        "rate = metric.estimand is Estimand.RATE and bool(parts) and not any(arm.averaged for arm in parts)",
        "rate = metric.estimand is Estimand.RATE and bool(parts)",
        ESTIMATES + "test_averaged_units_of_a_rate_are_judged_as_a_mean",
    ),
)

RECORD = (
    Mutation(
        "a changed byte of the record is found",
        "pilots.judging.evidence",
        "if digest(text) != expected:",
        "if False:",
        REPLAY + "test_one_changed_byte_is_found",
    ),
    Mutation(
        "a record taken out of the chain is found",
        "pilots.judging.evidence",
        "if previous != before:",
        "if False:",
        REPLAY + "test_a_record_taken_out_of_the_chain_is_found",
    ),
    Mutation(
        "a field that differs is named",
        "pilots.judging.evidence",
        "same = stored == again and type(stored) is type(again)",
        "same = True",
        REPLAY + "test_a_tampered_field_is_named",
    ),
    Mutation(
        "the order of facts changes no byte",
        "pilots.judging.facts",
        "for name, keys in _ORDER.items():",
        "for name, keys in ():",
        REPLAY + "test_the_order_of_facts_changes_no_byte_of_verdict_or_record",
    ),
    Mutation(
        "a quantile that is shown changes no digest",
        "pilots.judging.evidence",
        """{**arm, "quantiles": []} if arm["quantiles"] else arm""",
        "arm",
        REPLAY + "test_a_quantile_is_in_the_record_and_not_in_the_digest_of_its_inputs",
    ),
)

MUTATIONS = SHARES + GAPS + MONEY + SEQUENCES + RECORD
