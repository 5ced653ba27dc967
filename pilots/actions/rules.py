"""An edit of a plan, written as rows of the pilot: metrics, goals, stop triggers, candidates and dates."""

from collections.abc import Collection
from dataclasses import fields

from django.core.exceptions import ValidationError

from evaluations.models import Deployment
from pilots.actions.changes import Act, CandidateChange, Changes, Kind, MetricChange, RuleChange
from pilots.actions.refusals import Refused, Unfit
from pilots.judging import plan as judging
from pilots.judging.draft_rules import fault_of
from pilots.judging.plan import Plan
from pilots.judging.sentences import inside
from pilots.models import Candidate, Goal, Metric, Pilot, StopTrigger
from pilots.queries.readiness import missing

JUDGED_BY = ("goals", "triggers", "metrics", "candidates")
"""Points of readiness that a plan in force must never come to lack."""


def write(*, pilot: Pilot, changes: Changes) -> None:
    """Writes the rows of a plan in force, inside the caller's transaction. Raises Refused for what does not fit."""
    put(pilot=pilot, changes=changes)
    points = [point for point in missing(pilot) if point.field in JUDGED_BY and not point.overridable]
    if points:
        raise Refused(" ".join(f"{point.reason} {point.fix}" for point in points), code="rule_not_judgeable")


def put(*, pilot: Pilot, changes: Changes) -> None:
    """Writes the rows, inside the caller's transaction; a draft may still lack what a plan needs. Raises Refused."""
    named = [(change.kind, change.metric) for change in changes.rules]
    if len(set(named)) != len(named):
        raise Refused("Name each goal and each stop trigger once.", code="rule_twice")
    for metric in changes.metrics:
        _write_metric(pilot, metric)
    for rule in changes.rules:
        _write_rule(pilot, rule)
    for candidate in changes.candidates:
        _write_candidate(pilot, candidate)
    _write_dates(pilot, changes)


def check(plan: Plan, *, keys: Collection[str], metrics: Collection[str]) -> None:
    """Whether these goals and triggers, and those of these metrics, can be judged. Raises Refused."""
    written: tuple[judging.Goal | judging.StopTrigger, ...] = (*plan.goals, *plan.triggers)
    touched = [item for item in written if item.key in keys or item.metric in metrics]
    if faults := [fault for fault in (fault_of(plan, item) for item in touched) if fault]:
        raise Refused(" ".join(faults), code="rule_not_judgeable")


def save(row: Metric | Goal | StopTrigger | Candidate) -> None:
    """One part of a pilot, checked as the database will. Raises Unfit."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise Unfit(error, code="rule_invalid") from error
    row.save()


def _write_metric(pilot: Pilot, change: MetricChange) -> None:
    row = Metric.objects.filter(pilot=pilot, key=change.key).first()
    _check_act(change.act, "metric", change.key, exists=row is not None)
    row = row or Metric(pilot=pilot, key=change.key)
    for field in fields(change):
        if field.name not in ("act", "key"):
            setattr(row, field.name, getattr(change, field.name))
    save(row)


def _write_candidate(pilot: Pilot, change: CandidateChange) -> None:
    row = Candidate.objects.filter(pilot=pilot, slug=change.slug).first()
    _check_act(change.act, "candidate", change.slug, exists=row is not None)
    row = row or Candidate(pilot=pilot, slug=change.slug)
    row.name, row.role, row.prompt_id = change.name, change.role, change.prompt
    row.deployment = Deployment.objects.filter(slug=change.deployment).first() if change.deployment else None
    save(row)


def _check_act(act: Act, name: str, key: str, *, exists: bool) -> None:
    if act is Act.REMOVE:
        raise Refused(f"A {name} is never removed: its numbers stay.", code="not_removable")
    if exists and act is Act.ADD:
        raise Refused(f"There is a {name} {key} already. Change it instead.", code=f"{name}_exists")
    if not exists and act is Act.CHANGE:
        raise Refused(f"There is no {name} {key} any more. Add it instead.", code=f"{name}_missing")


def _write_rule(pilot: Pilot, change: RuleChange) -> None:
    metric = Metric.objects.filter(pilot=pilot, key=change.metric).first()
    if metric is None:
        raise Refused(f"This pilot has no metric {change.metric}.", code="unknown_metric")
    row = _row(metric, change)
    if change.act is Act.REMOVE:
        row.delete()
        return
    row.margin, row.relative = change.margin, change.relative
    if isinstance(row, Goal):
        row.target = change.level
    else:
        row.limit, row.hard = change.level, change.hard
        row.response = row.response if change.response is None else change.response
        row.action = row.action if change.action is None else change.action
    save(row)


def _row(metric: Metric, change: RuleChange) -> Goal | StopTrigger:
    """The row to write. Raises Refused where it is there and should not be, or the other way round."""
    model: type[Goal] | type[StopTrigger] = Goal if change.kind is Kind.GOAL else StopTrigger
    row = model.objects.filter(metric=metric).first()
    name, label = change.kind.value.replace("_", " "), inside(metric.name)
    if row and change.act is Act.ADD:
        raise Refused(f"There is a {name} on {label} already. Change it instead.", code="rule_exists")
    if row is None and change.act is not Act.ADD:
        raise Refused(f"There is no {name} on {label} any more. Add one instead.", code="rule_missing")
    return row or model(metric=metric)


def _write_dates(pilot: Pilot, changes: Changes) -> None:
    if changes.maintenance_start is not None:
        pilot.maintenance_start = changes.maintenance_start
    if changes.maintenance_min_items is not None:
        pilot.maintenance_min_items = changes.maintenance_min_items
    written = ["maintenance_start", "maintenance_min_items"]
    try:
        pilot.clean_fields(exclude=[field.name for field in Pilot._meta.fields if field.name not in written])
        pilot.validate_constraints()
    except ValidationError as error:
        raise Unfit(error, code="date_invalid") from error
    pilot.save(update_fields=written)
