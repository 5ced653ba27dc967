"""Three error budgets and who spends them.

GO is an AND, so every gate may use all of it. Stopping is an OR, so harm is divided among the triggers and futility
among the goals (and the net effect). Totals are exact and spend nothing.
"""

from __future__ import annotations

from pilots.judging.facts import Facts
from pilots.judging.plan import Estimand, Plan, StopTrigger
from pilots.judging.selection import current_epoch
from pilots.judging.sentences import counted, percent
from pilots.judging.verdict import Budget


def harm_shares(plan: Plan) -> int:
    """G: as fixed at the first start, else the triggers that can err and are not late; at least 1."""
    if plan.trigger_count is not None:
        return max(plan.trigger_count, 1)
    return max(sum(1 for trigger in plan.triggers if not trigger.late and _can_err(plan, trigger)), 1)


def harm_alpha(plan: Plan, trigger: StopTrigger) -> float:
    """alpha/G, or alpha/(G + 1) on top of the budget for a late trigger."""
    shares = harm_shares(plan)
    return float(plan.alphas.harm) / (shares + 1 if trigger.late else shares)


def futility_shares(plan: Plan) -> int:
    """Required goals, and the net effect where pay-back applies; at least 1."""
    required = sum(1 for goal in plan.goals if goal.required)
    return max(required + (1 if plan.payback.applicable else 0), 1)


def futility_alpha(plan: Plan) -> float:
    return float(plan.alphas.futility) / futility_shares(plan)


def budgets_of(plan: Plan, facts: Facts) -> tuple[Budget, ...]:
    """As printed in the record, with the bound over all epochs and late triggers."""
    epochs = current_epoch(facts, plan.primary) + 1
    shares = harm_shares(plan)
    late = sum(1 for trigger in plan.triggers if trigger.late and _can_err(plan, trigger))
    harm, go = float(plan.alphas.harm), float(plan.alphas.go)
    futility, goals = float(plan.alphas.futility), futility_shares(plan)
    return (
        _budget("harm", harm, shares, harm / shares, epochs, late=late, extra=late * harm / (shares + 1)),
        _budget("go", go, 1, go, epochs),
        _budget("futility", futility, goals, futility / goals, epochs),
    )


def _budget(
    name: str, alpha: float, shares: int, each: float, epochs: int, *, late: int = 0, extra: float = 0.0
) -> Budget:
    bound = min(epochs * (alpha + extra), 1.0)
    parts = f"{percent(alpha)} in {counted(shares, 'share')}" if shares > 1 else percent(alpha)
    added = f", {counted(late, 'late trigger')} on top" if late else ""
    over = f", over {counted(epochs, 'epoch')}" if epochs > 1 else ""
    return Budget(
        name=name,
        alpha=alpha,
        shares=shares,
        each=each,
        late=late,
        epochs=epochs,
        spent_bound=bound,
        sentence=f"wrong {name}: {parts}{added}{over}; at most {percent(bound)} in all",
    )


def _can_err(plan: Plan, trigger: StopTrigger) -> bool:
    return any(
        metric.key == trigger.metric and metric.estimand is not Estimand.TOTAL for metric in plan.metrics
    )
