"""The recurring mistakes of pilots, one point each. (A promise without volume and minutes is in `charter`.)"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.conf import settings

from evaluations.models.suite import Provenance
from pilots.models import Metric, Pilot
from pilots.models.metric import Link
from pilots.models.safety_plan import SafetyPlan
from pilots.queries.readiness.point import Lint, Missing


def points(pilot: Pilot, metrics: Sequence[Metric]) -> Iterator[Missing]:
    yield from _fluent_is_not_correct(metrics)
    yield from _demo_is_not_evidence(pilot)
    yield from _fallback_underestimated(pilot)
    yield from _complexity_before_rules(pilot)


def _fluent_is_not_correct(metrics: Sequence[Metric]) -> Iterator[Missing]:
    decided = [metric for metric in metrics if hasattr(metric, "goal") or hasattr(metric, "stop_trigger")]
    if decided and not any(metric.link in (Link.RESULT, Link.SAFETY) for metric in decided):
        yield Missing(
            "metrics",
            "Nothing that decides says whether the answers are correct or safe; fluent is neither.",
            "Give a metric that speaks of a useful result or of safety a goal or a stop trigger.",
            Lint.FLUENT_NOT_CORRECT,
        )


def _demo_is_not_evidence(pilot: Pilot) -> Iterator[Missing]:
    if pilot.is_demo:
        return
    # In the order of an index, so that one row is read.
    rows = pilot.measurements.order_by("metric_id", "observed_at", "id").values("pk")
    if not rows.filter(provenance__in=[Provenance.REAL, Provenance.REPLAYED])[:1] and rows[:1]:
        yield Missing(
            "metrics",
            "All numbers so far are demo or synthetic ones, and those decide nothing.",
            "Post numbers of the real work, or replay real items.",
            Lint.DEMO_AS_EVIDENCE,
        )


def _fallback_underestimated(pilot: Pilot) -> Iterator[Missing]:
    steps = pilot.plan_steps.filter(plan=SafetyPlan.FALLBACK)
    timed = steps.filter(minutes__isnull=False).exists()
    if not pilot.fallback_plan.strip() and not steps.exists():
        yield Missing(
            "fallback_plan",
            "Nobody said what people do when the model is gone.",
            "Write the fallback plan.",
            Lint.FALLBACK_MISSING,
        )
    elif not timed and pilot.fallback_cost_per_day is None:
        yield Missing(
            "plan_steps",
            "The fallback costs people's time, and nobody said how much.",
            "Give its steps minutes, or the fallback its cost a day.",
            Lint.FALLBACK_UNDERESTIMATED,
        )


def _complexity_before_rules(pilot: Pilot) -> Iterator[Missing]:
    integrations = list(pilot.integrations.all())
    if not integrations:
        return
    settled = timedelta(days=settings.PILOT_RULES_SETTLE_DAYS)
    rules = list(pilot.operating_rules.all())
    newest = max((rule.stable_since for rule in rules), default=None)
    early = [each.name for each in integrations if newest is None or each.added_on < newest + settled]
    if early:
        yield Missing(
            "integrations",
            f"{', '.join(early)}: connected before the operating rules had been stable for {settled.days} days.",
            "Let the rules settle first, or take the connection out.",
            Lint.COMPLEXITY_BEFORE_RULES,
        )
