"""Which rows are a pilot's, and which stay behind. A test holds that every table is in one of these lists."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from evaluations.models import (
    AIModel,
    CanaryAcceptance,
    CanaryLook,
    Case,
    ComparisonWaiver,
    Deployment,
    Prompt,
    Run,
    Suite,
    SuiteVersion,
    Vendor,
)
from pilots.models import EvaluationSchedule, Pilot, PilotRun

FORMAT = "pilotage.transfer/1"


class TransferRefused(Exception):
    """Nothing was written. The message says why, and what to do."""


Chosen = Callable[[Pilot], QuerySet[Any]]

STAYS = frozenset(
    {
        # its own secrets, addresses and messages; marks that are of use for minutes
        *("pilots.token", "pilots.idempotentanswer", "pilots.route", "pilots.mailchoice", "pilots.savedview"),
        *("pilots.notice", "pilots.delivery", "pilots.enclosingspan"),
        # made anew from the measurements; retired months are refused
        *("pilots.rollup", "pilots.rolluphistogram", "pilots.rollupunit", "pilots.rollupframe"),
        *("pilots.rollupspan", "pilots.rollupwaiting", "pilots.rolluppair", "pilots.rolluppairdue"),
        *("pilots.rolluppairday", "pilots.rollupbet", "pilots.retiredmonth", "pilots.seal"),
        # of runs under way, which are refused; and of the catalogue, which each instance keeps itself
        *("evaluations.batch", "evaluations.calibration", "evaluations.price", "evaluations.pricecomponent"),
        *("evaluations.source", "evaluations.claim", "evaluations.choice", "evaluations.correction"),
        "evaluations.finetune",
    }
)
SHARED = (
    "evaluations.vendor",
    "evaluations.aimodel",
    "evaluations.deployment",
    "evaluations.pricesnapshot",
    "evaluations.suite",
    "evaluations.suiteversion",
    "evaluations.prompt",
    "evaluations.case",
)
"""What other pilots may use as well: taken from the other instance where it has the same. In this order."""


def _runs(pilot: Pilot) -> QuerySet[Run]:
    return Run.objects.filter(pk__in=PilotRun.objects.filter(pilot=pilot).values("run"))


def _versions(pilot: Pilot) -> QuerySet[SuiteVersion]:
    schedules = EvaluationSchedule.objects.filter(pilot=pilot)
    return SuiteVersion.objects.filter(
        Q(runs__in=_runs(pilot)) | Q(pk__in=schedules.values("suite_version"))
    ).distinct()


def _prompts(pilot: Pilot) -> QuerySet[Prompt]:
    schedules = EvaluationSchedule.objects.filter(pilot=pilot)
    return Prompt.objects.filter(
        Q(pk__in=_runs(pilot).values("targets__prompt"))
        | Q(pk__in=pilot.candidates.values("prompt"))
        | Q(pk__in=schedules.values("prompt"))
    )


def _deployments(pilot: Pilot) -> QuerySet[Deployment]:
    runs = _runs(pilot)
    return Deployment.objects.filter(
        Q(pk__in=pilot.candidates.values("deployment"))
        | Q(pk__in=runs.values("targets__deployment"))
        | Q(pk__in=runs.values("targets__calls__judge"))
    )


def _prices(pilot: Pilot) -> QuerySet[Any]:
    runs = _runs(pilot)
    used = Q(pk__in=runs.values("targets__results__price")) | Q(pk__in=runs.values("targets__calls__price"))
    return apps.get_model("evaluations.pricesnapshot")._default_manager.filter(used)


CHOSEN: dict[str, Chosen] = {
    "evaluations.vendor": lambda pilot: Vendor.objects.filter(
        Q(pk__in=_deployments(pilot).values("host")) | Q(pk__in=_deployments(pilot).values("model__vendor"))
    ),
    "evaluations.aimodel": lambda pilot: AIModel.objects.filter(pk__in=_deployments(pilot).values("model")),
    "evaluations.deployment": _deployments,
    "evaluations.pricesnapshot": _prices,
    "evaluations.suite": lambda pilot: Suite.objects.filter(
        Q(pk__in=_versions(pilot).values("suite")) | Q(pk__in=_prompts(pilot).values("suite"))
    ),
    "evaluations.suiteversion": _versions,
    "evaluations.prompt": _prompts,
    "evaluations.case": lambda pilot: Case.objects.filter(version__in=_versions(pilot).values("pk")),
    "evaluations.run": _runs,
    "evaluations.canarylook": lambda pilot: CanaryLook.objects.filter(target__run__in=_runs(pilot)),
    "evaluations.canaryacceptance": lambda pilot: CanaryAcceptance.objects.filter(
        look__target__run__in=_runs(pilot)
    ),
    "evaluations.comparisonwaiver": lambda pilot: ComparisonWaiver.objects.filter(
        left__run__in=_runs(pilot), right__run__in=_runs(pilot)
    ),
    "evaluations.runtarget": lambda pilot: _below(pilot, "evaluations.runtarget", "run"),
    "evaluations.importedrun": lambda pilot: _below(pilot, "evaluations.importedrun", "run"),
    "evaluations.result": lambda pilot: _below(pilot, "evaluations.result", "target__run"),
    "evaluations.attempt": lambda pilot: _below(pilot, "evaluations.attempt", "target__run"),
    "evaluations.label": lambda pilot: _below(pilot, "evaluations.label", "result__target__run"),
    "pilots.pilot": lambda pilot: Pilot.objects.filter(pk=pilot.pk),
}
"""How the rows are found that are not the pilot's by a column of their own."""
BELOW = {
    "pilots.goal": "metric__pilot",
    "pilots.stoptrigger": "metric__pilot",
    "pilots.amendmentanswer": "amendment__pilot",
    "pilots.signedmemo": "decision__pilot",
    "pilots.quarantineact": "quarantine__pilot",
    "pilots.removalstep": "removal__pilot",
    "pilots.secondsignature": "first__pilot",
}


def _below(pilot: Pilot, label: str, path: str) -> QuerySet[Any]:
    found: QuerySet[Any] = apps.get_model(label)._base_manager.filter(**{f"{path}__in": _runs(pilot)})
    return found


def moved() -> list[str]:
    """Labels of all tables that move: the shared ones first, in their order."""
    every = [
        model._meta.label_lower
        for app in ("evaluations", "pilots")
        for model in apps.get_app_config(app).get_models()
    ]
    return [*SHARED, *(label for label in every if label not in STAYS and label not in SHARED)]


def rows_of(pilot: Pilot, label: str) -> QuerySet[Any]:
    """Raises TransferRefused for a table that nobody said how to find."""
    if label in CHOSEN:
        return CHOSEN[label](pilot)
    model = apps.get_model(label)
    path = BELOW.get(label, "pilot")
    if path == "pilot" and not any(field.name == "pilot" for field in columns(model)):
        raise TransferRefused(
            f"{label} has no way to its pilot: name it in pilots/actions/transfer/tables.py."
        )
    found: QuerySet[Any] = model._base_manager.filter(**{path: pilot})
    return found


def columns(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.column]
