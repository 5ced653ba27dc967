"""The judge: a function of plan, facts and moment. Nothing else leaves a trace but latched triggers, in the facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pilots.judging.bench import lay_out
from pilots.judging.budgets import budgets_of
from pilots.judging.case import Case
from pilots.judging.caveats import warnings_of
from pilots.judging.explanation import against, would_change
from pilots.judging.facts import Facts
from pilots.judging.outlook import slowest
from pilots.judging.plan import Plan
from pilots.judging.rules.data import repair
from pilots.judging.rules.go import missing_for_go
from pilots.judging.rules.order import RULES, Rule
from pilots.judging.sentences import opening
from pilots.judging.verdict import Finding, Flag, ReasonCode, RuleOutcome, Status, Verdict

GO_NUMBER, WINDOW_NUMBER = 5, 7


def judge(plan: Plan, facts: Facts, as_of: datetime, *, forecasts: bool = True) -> Verdict:
    """The same plan, facts and moment give the same verdict, byte for byte, whatever the order of the facts.

    Without `forecasts` an open window is judged alike, only cheaper and without what is still needed: for
    simulations and rehearsals. A closed window is never extended for more time without them.

    Raises ValueError for a plan without exactly one primary candidate or an `as_of` without a time zone.
    """
    if as_of.tzinfo is None:
        raise ValueError("the moment of judging has no time zone; pass an aware datetime")
    if facts.host_retires_on is not None:
        plan = replace(plan, host_retires_on=facts.host_retires_on)
    case = lay_out(plan, facts, as_of, forecasts=forecasts)
    outcomes = [_try(rule, case) for rule in RULES]
    failed = tuple(outcome.sentence for outcome, _ in outcomes if outcome.failed)
    number, finding = _decide(case, outcomes, failed)
    return _verdict(case, finding, [_marked(outcome, number) for outcome, _ in outcomes])


def look_between(plan: Plan, facts: Facts, as_of: datetime) -> Verdict | None:
    """A look off the daily grid may only breach: the verdict when it is a stop for a hard event or harm, else None."""
    verdict = judge(plan, facts, as_of, forecasts=False)
    return verdict if verdict.code in (ReasonCode.HARD, ReasonCode.HARM) else None


def _try(rule: Rule, case: Case) -> tuple[RuleOutcome, Finding | None]:
    """A rule that raises is a finding of its own, never dropped."""
    try:
        finding = rule.find(case)
    except Exception as error:  # the record shows it and GO is blocked; a lost rule could let harm pass
        sentence = f"rule {rule.number} ({rule.name}) could not be evaluated: {error}"
        return RuleOutcome(
            number=rule.number, name=rule.name, matched=False, failed=True, sentence=sentence
        ), None
    sentence = finding.sentence if finding else ""
    return RuleOutcome(
        number=rule.number, name=rule.name, matched=finding is not None, sentence=sentence
    ), finding


def _decide(
    case: Case, outcomes: list[tuple[RuleOutcome, Finding | None]], failed: tuple[str, ...]
) -> tuple[int, Finding]:
    """The first match; where a rule failed, only a stop that other rules prove stands, the rest is repaired first."""
    for outcome, finding in outcomes:
        if finding is None or (failed and (outcome.number == GO_NUMBER or outcome.number >= WINDOW_NUMBER)):
            continue
        return outcome.number, finding
    return 0, repair(case, failed or ("no rule applied: report this as a fault of the judge",))


def _marked(outcome: RuleOutcome, number: int) -> RuleOutcome:
    return replace(outcome, decided=outcome.number == number)


def _verdict(case: Case, finding: Finding, rules: list[RuleOutcome]) -> Verdict:
    flag = finding.flag or Flag.COLLECTING
    return Verdict(
        pilot=case.plan.pilot,
        as_of=case.as_of,
        flag=flag,
        code=finding.code or ReasonCode.COLLECTING,
        reason=f"{opening(flag.value)}: {finding.sentence}.",
        reasons_for=finding.reasons,
        reasons_against=against(case, finding),
        would_change=would_change(case, finding),
        still_needed=missing_for_go(case),
        tasks=finding.tasks,
        results=case.results,
        rules=tuple(rules),
        budgets=budgets_of(case.plan, case.facts),
        warnings=warnings_of(case),
        forecast=slowest(case),
        payback=case.payback,
        extend=finding.extend,
        breached=_breached(case),
        not_a_quality_result=finding.code is ReasonCode.VENDOR,
    )


def _breached(case: Case) -> tuple[str, ...]:
    """Latched before, or breached now: what the next look must carry on."""
    return tuple(sorted(trigger.key for trigger in case.triggers if trigger.status is Status.BREACHED))
