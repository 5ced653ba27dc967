"""The nine rules, their order, and what GO asks for."""

from __future__ import annotations

from tests.simulation.mutation import Mutation

VERDICTS = "tests/pilots/judging/test_verdicts.py::"
NEVER_GO = "tests/pilots/judging/test_never_go.py::"
FAILING = "tests/pilots/judging/test_failing_rules.py::"
SCOPE = "tests/pilots/judging/test_scope.py::"
GUARDS = "tests/simulation/test_guards.py::"


def _silent(number: int, name: str, find: str, test: str) -> Mutation:
    """This rule never finds anything."""
    return Mutation(
        f"rule {number}",
        "pilots.judging.rules.order",
        f'Rule(number={number}, name="{name}", find={find})',
        f'Rule(number={number}, name="{name}", find=lambda case: None)',
        VERDICTS + test,
    )


RULES = (
    _silent(
        1, "a hard trigger fired", "hard_trigger", "test_a_hard_event_stops_a_pilot_whose_goals_are_proven"
    ),
    _silent(
        2,
        "a stop trigger is breached",
        "harm",
        "test_a_breached_trigger_stops_even_when_the_goal_is_proven_and_shows_the_conflict",
    ),
    _silent(
        3,
        "the host retires the model before proof is possible",
        "vendor",
        "test_a_host_that_retires_the_model_before_proof_is_a_stop_that_says_nothing_of_quality",
    ),
    _silent(
        4,
        "required data cannot be judged",
        "unusable_data",
        "test_a_trigger_without_data_keeps_an_open_pilot_collecting_with_a_task",
    ),
    _silent(
        5,
        "everything is proven, safe and in place",
        "go",
        "test_everything_proven_safe_and_in_place_is_go",
    ),
    _silent(
        6,
        "a goal is refuted or the move cannot pay",
        "futility",
        "test_a_refuted_goal_stops_as_futile",
    ),
    _silent(
        7,
        "the window is open",
        "collecting",
        "test_an_open_window_with_nothing_settled_collects_and_says_when_it_may_settle",
    ),
    _silent(
        8,
        "an extension would settle it",
        "extend",
        "test_a_closed_window_that_more_days_would_settle_is_extended_by_them",
    ),
    _silent(
        9,
        "nothing would settle it",
        "unresolved",
        "test_a_closed_window_without_extensions_left_is_unresolved",
    ),
)

ORDER = (
    Mutation(
        "first match wins",
        "pilots.judging.judge",
        "for outcome, finding in outcomes:\n",
        "for outcome, finding in reversed(outcomes):\n",
        VERDICTS + "test_a_breached_trigger_stops_even_when_the_goal_is_proven_and_shows_the_conflict",
    ),
    Mutation(
        "harm comes before data that cannot be judged",
        "pilots.judging.rules.order",
        '    Rule(number=2, name="a stop trigger is breached", find=harm),\n'
        '    Rule(number=3, name="the host retires the model before proof is possible", find=vendor),\n'
        '    Rule(number=4, name="required data cannot be judged", find=unusable_data),\n',
        '    Rule(number=4, name="required data cannot be judged", find=unusable_data),\n'
        '    Rule(number=2, name="a stop trigger is breached", find=harm),\n'
        '    Rule(number=3, name="the host retires the model before proof is possible", find=vendor),\n',
        GUARDS + "test_harm_stops_though_another_metric_has_no_data",
    ),
    Mutation(
        "a rule that raises blocks GO",
        "pilots.judging.judge",
        "if finding is None or (failed and (outcome.number == GO_NUMBER or outcome.number >= WINDOW_NUMBER)):",
        "if finding is None:",
        FAILING + "test_no_rule_may_fail_and_leave_go",
    ),
    Mutation(
        "a rule that raises is shown",
        "pilots.judging.judge",
        "number=rule.number, name=rule.name, matched=False, failed=True, sentence=sentence",
        "number=rule.number, name=rule.name, matched=False, failed=False, sentence=sentence",
        FAILING + "test_no_rule_may_fail_and_leave_go",
    ),
    Mutation(
        "a look between gives no GO",
        "pilots.judging.judge",
        "return verdict if verdict.code in (ReasonCode.HARD, ReasonCode.HARM) else None",
        "return verdict",
        VERDICTS + "test_a_look_between_never_gives_go",
    ),
)

HARD = (
    Mutation(
        "spend cap",
        "pilots.judging.rules.hard",
        "events.spend > limits.spend_cap",
        "events.spend > 2 * limits.spend_cap",
        VERDICTS + "test_a_hard_event_stops_a_pilot_whose_goals_are_proven",
    ),
    Mutation(
        "kill switch",
        "pilots.judging.rules.hard",
        "if events.kill_switch:",
        "if False:",
        VERDICTS + "test_a_hard_event_stops_a_pilot_whose_goals_are_proven",
    ),
    Mutation(
        "data leak",
        "pilots.judging.rules.hard",
        "if events.data_leaks:",
        "if False:",
        VERDICTS + "test_a_hard_event_stops_a_pilot_whose_goals_are_proven",
    ),
    Mutation(
        "critical incidents",
        "pilots.judging.rules.hard",
        "events.critical_incidents > limits.critical_incidents",
        "events.critical_incidents > limits.critical_incidents + 1",
        VERDICTS + "test_a_hard_event_stops_a_pilot_whose_goals_are_proven",
    ),
    Mutation(
        "the spend cap itself may be spent",
        "pilots.judging.rules.hard",
        "events.spend > limits.spend_cap",
        "events.spend >= limits.spend_cap",
        VERDICTS + "test_spend_at_the_cap_is_not_over_it",
    ),
)

GO = (
    Mutation(
        "no goal set is never GO",
        "pilots.judging.rules.go",
        "if not case.goals:",
        "if False:",
        NEVER_GO + "test_no_goal_set_is_never_go",
    ),
    Mutation(
        "no trigger gated is never GO",
        "pilots.judging.rules.go",
        "if not case.triggers:",
        "if False:",
        NEVER_GO + "test_no_trigger_gated_is_never_go",
    ),
    Mutation(
        "undecided is never GO",
        "pilots.judging.rules.go",
        "if gate.status not in (Status.PROVEN, Status.SAFE)",
        "if gate.status not in (Status.PROVEN, Status.SAFE, Status.UNDECIDED)",
        NEVER_GO + "test_an_undecided_trigger_beside_a_proven_goal_is_collecting",
    ),
    Mutation(
        "insufficient is never GO",
        "pilots.judging.rules.go",
        "if gate.status not in (Status.PROVEN, Status.SAFE)",
        "if gate.status not in (Status.PROVEN, Status.SAFE, Status.INSUFFICIENT)",
        NEVER_GO + "test_constant_values_are_never_certain",
    ),
    Mutation(
        "a required monitor needs data",
        "pilots.judging.case",
        "and result.required\n",
        "and False\n",
        NEVER_GO + "test_a_required_monitor_without_data_is_not_go",
    ),
    Mutation(
        "open blockers hold GO back",
        "pilots.judging.rules.go",
        'found += [f"open blocker: {blocker}" for blocker in sorted(case.facts.blockers)]',
        "pass",
        VERDICTS + "test_an_open_blocker_holds_go_back",
    ),
    Mutation(
        "GO waits for the maintenance phase",
        "pilots.judging.rules.go",
        "if days >= case.plan.maintenance_min_days and items >= max(case.plan.maintenance_min_items, 1):",
        "if True:",
        VERDICTS + "test_go_waits_for_the_maintenance_phase",
    ),
    Mutation(
        "GO waits for d_min days of the window",
        "pilots.judging.rules.go",
        "if not case.d_min_reached:",
        "if False:",
        GUARDS + "test_go_waits_for_seven_days_of_the_window_whatever_days_the_data_carry",
    ),
    Mutation(
        "pay-back must be met for GO",
        "pilots.judging.rules.go",
        "if case.payback.met is not True:",
        "if case.payback.met is False:",
        NEVER_GO + "test_a_payback_waived_by_nobody_is_not_go",
    ),
)

STOP_AND_EXTEND = (
    Mutation(
        "futility waits for d_min days",
        "pilots.judging.rules.futility",
        "if not case.d_min_reached:",
        "if False:",
        GUARDS + "test_futility_waits_for_seven_days_of_the_window_whatever_days_the_data_carry",
    ),
    Mutation(
        "a goal that is not required never stops",
        "pilots.judging.rules.futility",
        "if goal.required and goal.status is Status.REFUTED",
        "if goal.status is Status.REFUTED",
        VERDICTS + "test_a_refuted_goal_that_is_not_required_never_stops_and_never_lets_go",
    ),
    Mutation(
        "a retirement after proof does not stop",
        "pilots.judging.rules.vendor",
        "if retires >= earliest:",
        "if False:",
        VERDICTS + "test_a_retirement_after_proof_does_not_stop",
    ),
    Mutation(
        "no more extensions than the plan allows",
        "pilots.judging.case",
        "return max(self.plan.extensions.limit - self.plan.extensions.used, 0)",
        "return 1",
        VERDICTS + "test_a_trigger_without_data_and_without_extensions_stops_as_unresolvable",
    ),
    Mutation(
        "an extension is at most half of the first window",
        "pilots.judging.case",
        "return int(first * self.plan.extensions.share)",
        "return 10 * first",
        VERDICTS + "test_a_closed_window_that_more_days_would_settle_is_extended_by_them",
    ),
    Mutation(
        "a narrower scope names only segments that demonstrably hurt",
        "pilots.judging.scope",
        "HURTS = frozenset({Status.BREACHED, Status.REFUTED})",
        "HURTS = frozenset({Status.BREACHED, Status.REFUTED, Status.UNDECIDED, Status.INSUFFICIENT})",
        SCOPE + "test_without_a_segment_that_hurts_for_certain_nothing_is_narrowed",
    ),
    Mutation(
        "a narrower scope needs the rest settled",
        "pilots.judging.scope",
        "if not hurting or not rest or not _settled(case, criteria, rest):",
        "if not hurting or not rest:",
        SCOPE + "test_when_the_rest_is_not_settled_nothing_is_narrowed",
    ),
)

JUDGED = (
    Mutation(
        "a model judge alone proves nothing",
        "pilots.judging.rules.go",
        "    found += judged_by_a_model(case)\n",
        "",
        NEVER_GO + "test_a_goal_that_a_model_alone_judged_is_not_go_and_says_whom_to_ask",
    ),
    Mutation(
        "people must agree with the judging model",
        "pilots.judging.rules.judged",
        "judged.agreed < AGREED * judged.labelled",
        "judged.agreed < 0",
        NEVER_GO + "test_a_judging_model_that_people_contradict_is_not_go",
    ),
    Mutation(
        "what a model judged counts as nobody else's word",
        "pilots.judging.rules.judged",
        "max(rows - by_model, 0)",
        "rows",
        NEVER_GO + "test_a_goal_that_a_model_alone_judged_is_not_go_and_says_whom_to_ask",
    ),
)

MUTATIONS = RULES + ORDER + HARD + GO + JUDGED + STOP_AND_EXTEND
