"""What a token sees of the catalogue, by what its pilots use. `config` names `visible` to the app evaluations.

Vendors and models are reference: every token with the scope read sees them. Deployments tell of hosts and credentials,
suites and runs of a team's own tasks: a token that is bound to pilots sees those that its pilots use, and tokens for every
pilot all of it. Persons see what their permissions say, without the tasks and answers of pilots that are hidden from them.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from rest_framework.request import Request

from evaluations.models import (
    AIModel,
    Case,
    Deployment,
    Prompt,
    Result,
    Run,
    RunTarget,
    Suite,
    SuiteVersion,
    Vendor,
)
from pilots.api import callers
from pilots.models import Candidate, Pilot, Token
from pilots.models.schedule import EvaluationSchedule, PilotRun


def visible(request: Request | HttpRequest | None, rows: QuerySet[Any]) -> QuerySet[Any]:
    if request is None or rows.model in OPEN:
        return rows
    used = callers.token(request) if isinstance(request, Request) else None
    if used is None:
        return _for_person(request.user, rows)
    if used.all_pilots:
        return rows
    narrow = NARROWED.get(rows.model)
    return rows.filter(narrow(used)) if narrow else rows.none()


def _for_person(person: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    way = TASKS.get(rows.model)
    hidden = (
        list(Pilot.objects.all().hidden_from(person).values_list("pk", flat=True)) if way is not None else []
    )
    if not hidden:
        return rows
    runs = PilotRun.objects.filter(pilot__in=hidden).values("run")
    suites = EvaluationSchedule.objects.filter(pilot__in=hidden).values("suite_version__suite")
    of_suite, of_run = way or ("", "")
    known = rows.exclude(**{f"{of_suite}__in": suites})
    return known.exclude(**{f"{of_run}__in": runs}) if of_run else known


def _deployments(token: Token) -> Q:
    """Candidates of its pilots, and what runs of its pilots have asked."""
    candidates = Candidate.objects.filter(pilot__tokens=token, deployment__isnull=False)
    asked = RunTarget.objects.filter(run__in=_runs_of_pilots(token))
    return Q(pk__in=candidates.values("deployment")) | Q(pk__in=asked.values("deployment"))


def _suites(token: Token) -> Q:
    schedules = EvaluationSchedule.objects.filter(pilot__tokens=token)
    return Q(pk__in=schedules.values("suite_version__suite"))


def _runs(token: Token) -> Q:
    """Runs of its pilots; and those of no pilot, such as scripts start, that put suites it sees to deployments it sees."""
    seen = Deployment.objects.filter(_deployments(token))
    elsewhere = RunTarget.objects.exclude(deployment__in=seen)
    of_no_pilot = ~Q(pk__in=PilotRun.objects.values("run")) & ~Q(pk__in=elsewhere.values("run"))
    of_its_suites = Q(suite_version__suite__in=Suite.objects.filter(_suites(token)))
    return Q(pk__in=_runs_of_pilots(token)) | (of_its_suites & of_no_pilot)


def _runs_of_pilots(token: Token) -> QuerySet[Any, Any]:
    return PilotRun.objects.filter(pilot__tokens=token).values("run")


# How a row names its suite, and its run.
TASKS: dict[type[Model], tuple[str, str]] = {
    Suite: ("pk", ""),
    SuiteVersion: ("suite", ""),
    Case: ("version__suite", ""),
    Prompt: ("suite", ""),
    Run: ("suite_version__suite", "pk"),
    RunTarget: ("run__suite_version__suite", "run"),
    Result: ("target__run__suite_version__suite", "target__run"),
}
OPEN: frozenset[type[Model]] = frozenset({Vendor, AIModel})
NARROWED: dict[type[Model], Callable[[Token], Q]] = {Deployment: _deployments, Suite: _suites, Run: _runs}
