"""When a metric counts as proven, safe or breached, and when it may not be judged at all."""

from __future__ import annotations

from tests.simulation.mutation import Mutation

STATUS = "tests/pilots/judging/test_status.py::"
LATCHING = "tests/pilots/judging/test_latching.py::"
NEVER_GO = "tests/pilots/judging/test_never_go.py::"
ESTIMATES = "tests/pilots/judging/test_estimates.py::"
FAILING = "tests/pilots/judging/test_failing_rules.py::"
VERDICTS = "tests/pilots/judging/test_verdicts.py::"
GUARDS = "tests/simulation/test_guards.py::"

LATCHES = (
    Mutation(
        "a breach latches",
        "pilots.judging.status",
        "if reading.latched and reading.role is Role.TRIGGER:",
        "if False:",
        LATCHING + "test_a_latched_trigger_stays_breached_on_good_data",
    ),
    Mutation(
        "a breach stays though its facts cannot be read",
        "pilots.judging.results",
        "latch = latch_of(facts, criterion) if blank.decides else None",
        "latch = None",
        LATCHING + "test_a_latched_trigger_stays_breached_when_its_facts_cannot_be_read",
    ),
    Mutation(
        "a breach stays though its trigger cannot be read",
        "pilots.judging.results",
        "status=Status.BREACHED if latches and role is Role.TRIGGER else Status.ERROR,",
        "status=Status.ERROR,",
        LATCHING + "test_a_latched_trigger_that_is_no_longer_readable_stays_breached",
    ),
    Mutation(
        "the verdict says which breaches to carry on",
        "pilots.judging.judge",
        "breached=_breached(case),",
        "breached=(),",
        LATCHING + "test_a_latched_trigger_stays_breached_on_good_data",
    ),
)

UNUSABLE = (
    Mutation(
        "nothing to compare with",
        "pilots.judging.status",
        "if not reading.has_base:",
        "if False:",
        STATUS + "test_a_missing_baseline_comes_next",
    ),
    Mutation(
        "five infrastructure errors in a row",
        "pilots.judging.status",
        "if reading.infra_run > INFRA_ERRORS_IN_A_ROW:",
        "if False:",
        NEVER_GO + "test_infrastructure_errors_in_a_row_are_not_go",
    ),
    Mutation(
        "no data",
        "pilots.judging.status",
        "if reading.n == 0:",
        "if False:",
        STATUS + "test_no_data_comes_before_stale",
    ),
    Mutation(
        "stale data",
        "pilots.judging.status",
        "or reading.age_seconds > reading.stale_after_seconds:",
        "or False:",
        NEVER_GO + "test_silent_data_are_not_go",
    ),
    Mutation(
        "data without a time",
        "pilots.judging.status",
        "or reading.age_seconds is None or",
        "or reading.age_seconds is not None and",
        STATUS + "test_data_without_a_time_are_stale",
    ),
    Mutation(
        "a silent source",
        "pilots.judging.status",
        "if reading.silent or",
        "if",
        NEVER_GO + "test_a_metric_whose_every_source_is_silent_is_not_go",
    ),
    Mutation(
        "silence reaches the status",
        "pilots.judging.results",
        "silent=found.silence is not None,",
        "silent=False,",
        NEVER_GO + "test_a_metric_whose_every_source_is_silent_is_not_go",
    ),
    Mutation(
        "silence is of its own metric",
        "pilots.judging.inquiry",
        "if each.metric == criterion.metric.key",
        "if True",
        NEVER_GO + "test_a_metric_whose_every_source_is_silent_is_not_go",
    ),
    Mutation(
        "a closed window does not fall silent",
        "pilots.judging.inquiry",
        "if as_of >= plan.window_end:",
        "if False:",
        NEVER_GO + "test_a_source_that_falls_silent_after_the_window_holds_nothing_back",
    ),
    Mutation(
        "a control that fell silent",
        "pilots.judging.selection",
        "if self.grows and self.base is not None and self.base.last_at and self.pilot.last_at:",
        "if False:",
        ESTIMATES + "test_a_control_that_fell_silent_makes_the_comparison_stale",
    ),
    Mutation(
        "mixed epochs",
        "pilots.judging.status",
        "if reading.drifted or reading.mixed:",
        "if reading.drifted:",
        NEVER_GO + "test_an_epoch_that_mixes_configurations_is_not_go",
    ),
    Mutation(
        "drift",
        "pilots.judging.status",
        "if reading.drifted or reading.mixed:",
        "if reading.mixed:",
        NEVER_GO + "test_a_drifting_metric_is_not_go_and_names_the_day",
    ),
    Mutation(
        "the drift alarm rings",
        "evaluations.stats.drift",
        "if largest < threshold:",
        "if True:",
        NEVER_GO + "test_a_drifting_metric_is_not_go_and_names_the_day",
    ),
    Mutation(
        "a criterion that raises is an error, not a gap",
        "pilots.judging.results",
        "status=Status.ERROR, reason=reason\n",
        "status=Status.SAFE, reason=reason\n",
        FAILING + "test_impossible_sums_could_not_be_evaluated_and_block_go",
    ),
    Mutation(
        "a trigger that cannot be read is not lost",
        "pilots.judging.bench",
        "gates = [_gate(bench, item, candidate) for item in written]",
        "gates = [g for g in (_gate(bench, item, candidate) for item in written) if g.label != g.metric]",
        NEVER_GO + "test_a_trigger_that_cannot_be_read_is_not_go",
    ),
    Mutation(
        "only the current epoch decides",
        "pilots.judging.selection",
        "and (every or arm.epoch == epoch)",
        "and True",
        "tests/pilots/judging/test_budgets.py::test_the_current_epoch_decides_and_earlier_ones_are_not_pooled",
    ),
    Mutation(
        "activity can only be shown",
        "pilots.judging.criteria",
        "if metric.activity:",
        "if False:",
        NEVER_GO + "test_counts_of_activity_cannot_be_a_goal",
    ),
)

ENOUGH = (
    Mutation(
        "n_min",
        "pilots.judging.sufficiency",
        "units_short=max(needed - sides.n, 0),",
        "units_short=0,",
        GUARDS + "test_twenty_nine_units_prove_nothing",
    ),
    Mutation(
        "n_min of the baseline",
        "pilots.judging.sufficiency",
        "base_short=max(needed - base, 0),",
        "base_short=0,",
        GUARDS + "test_a_baseline_of_twenty_nine_units_proves_nothing",
    ),
    Mutation(
        "d_min",
        "pilots.judging.sufficiency",
        "days_short=max(plan.d_min - sides.days, 0),",
        "days_short=0,",
        GUARDS + "test_six_days_with_data_prove_nothing_however_long_the_window_is_open",
    ),
    Mutation(
        "skewed means wait for 100 units",
        "pilots.judging.sufficiency",
        "return max(own, SKEWED_MEAN_UNITS) if uncapped else own",
        "return own",
        ESTIMATES + "test_a_skewed_mean_without_a_cap_waits_for_a_hundred_units",
    ),
    Mutation(
        "an approximation may not breach on few units",
        "pilots.judging.results",
        "may_breach=estimate is not None and (estimate.exact or short.enough_units),",
        "may_breach=True,",
        ESTIMATES + "test_a_skewed_mean_without_a_cap_may_not_breach_below_a_hundred_units",
    ),
    Mutation(
        "zero variance is never certain",
        "pilots.judging.sufficiency",
        "constant=estimate is not None and estimate.constant,",
        "constant=False,",
        NEVER_GO + "test_constant_values_are_never_certain",
    ),
    Mutation(
        "insufficient is never safe or proven",
        "pilots.judging.status",
        "if reading.insufficient and not reading.exact_total:",
        "if False:",
        STATUS + "test_an_insufficient_trigger_may_not_be_safe",
    ),
)

INTERVALS = (
    Mutation(
        "safe and proven by the lower end",
        "pilots.judging.status",
        "if reading.low is not None and reading.low >= reading.threshold:",
        "if reading.high is not None and reading.high >= reading.threshold:",
        STATUS + "test_a_trigger_below_its_margin_but_not_for_certain_is_undecided",
    ),
    Mutation(
        "breached by the upper end",
        "pilots.judging.status",
        "return reading.high is not None and reading.high < reading.threshold",
        "return reading.low is not None and reading.low < reading.threshold",
        STATUS + "test_a_trigger_below_its_margin_but_not_for_certain_is_undecided",
    ),
    Mutation(
        "refuted by the upper end",
        "pilots.judging.status",
        "reading.role is Role.GOAL and reading.high is not None and reading.high < reading.threshold:",
        "reading.role is Role.GOAL and reading.low is not None and reading.low < reading.threshold:",
        STATUS + "test_a_goal_inside_its_interval_is_undecided",
    ),
    Mutation(
        "on the margin is not breached",
        "pilots.judging.status",
        "return reading.high is not None and reading.high < reading.threshold",
        "return reading.high is not None and reading.high <= reading.threshold",
        STATUS + "test_a_trigger_is_not_breached_on_the_margin",
    ),
)

MUTATIONS = LATCHES + UNUSABLE + ENOUGH + INTERVALS
