"""The catalogue as its two pages show it: all models with what may be filtered, and one model with all its claims."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from evaluations.models import AIModel, Choice, Claim, Correction, Deployment
from evaluations.models.catalogue import CommercialUse, Kind, Modality, Weights
from evaluations.models.claim import CorrectionState
from evaluations.queries import lifecycle, openness
from evaluations.queries.claims import Field, fields, label, of_model
from evaluations.queries.lifecycle import Lifecycle

STATUSES = {
    "current": "Available",
    "deprecated": "Deprecated",
    "ending": "Ends on a known day",
    "partly": "Some versions have ended",
    "retired": "Ended",
}
HOSTING = {
    "self_host": "On your own machines",
    "api": "By API",
    "platform": "On the maker's platform",
    "here": "Has a deployment here",
}
ENDS_WITHIN = (30, 90, 180, 365)
ACCESS = {
    "api": ("api", "api_or_platform"),
    "platform": ("api_or_platform", "cloud"),
    "self_host": ("self_host",),
}


@dataclass(frozen=True)
class Filters:
    """Values that the address names; empty filters nothing."""

    q: str = ""
    modality: str = ""
    weights: str = ""
    use: str = ""
    hosting: str = ""
    status: str = ""
    ends_within: int = 0

    @property
    def any(self) -> bool:
        return any(vars(self).values())


@dataclass(frozen=True)
class Row:
    model: AIModel
    line: str
    status: str
    next_end: date | None
    days_left: int | None
    disputed: tuple[str, ...]
    hosting: tuple[str, ...]

    @property
    def status_words(self) -> str:
        return STATUSES[self.status]

    @property
    def end_words(self) -> str:
        return f"{self.next_end:%-d %b %Y}" if self.next_end else ""


@dataclass(frozen=True)
class Hosted:
    """A deployment with its own lifecycle; `stages` place its days on a bar."""

    deployment: Deployment
    lifecycle: Lifecycle


@dataclass(frozen=True)
class Page:
    model: AIModel
    line: str
    sentence: str
    fields: list[Field]
    hosted: list[Hosted]
    scopes: Mapping[str, Lifecycle]
    corrections: list[Correction] = field(default_factory=list)

    @property
    def conflicts(self) -> list[Field]:
        """Two values or more, settled ones included: a choice hides nothing."""
        return [each for each in self.fields if each.has_conflict]

    @property
    def to_check(self) -> list[str]:
        return self.model.to_check.splitlines()


def load(filters: Filters, *, today: date) -> list[Row]:
    """Four queries, however many models there are."""
    models = _models(filters).prefetch_related(
        Prefetch("claims", Claim.objects.select_related("deployment").order_by("id")), "deployments__host"
    )
    choices: dict[int, list[Choice]] = {}
    for choice in Choice.objects.select_related("claim", "by").order_by("-at", "-id"):
        choices.setdefault(choice.claim.model_id, []).append(choice)
    rows = [_row(model, choices.get(model.pk, []), today) for model in models]
    return [row for row in rows if _passes(row, filters)]


def page(model: AIModel) -> Page:
    known = of_model(model)
    deployments = list(model.deployments.select_related("host").order_by("slug"))
    return Page(
        model=model,
        line=openness.line(model),
        sentence=openness.sentence(model),
        fields=known,
        hosted=[Hosted(each, lifecycle.of_deployment(each, known)) for each in deployments],
        scopes=lifecycle.by_scope([each for each in known if not each.deployment]),
        corrections=list(
            model.corrections.filter(state=CorrectionState.OPEN).select_related("proposed_by").order_by("id")
        ),
    )


def options() -> dict[str, Any]:
    """What the filters offer, by the name they have in the address."""
    return {
        "modality": Modality.choices,
        "weights": [(value, openness.WEIGHTS[Weights(value)]) for value in Weights.values],
        "use": CommercialUse.choices,
        "hosting": list(HOSTING.items()),
        "status": list(STATUSES.items()),
        "ends_within": [(str(days), f"{days} days") for days in ENDS_WITHIN],
    }


def _models(filters: Filters) -> QuerySet[AIModel]:
    found = AIModel.objects.select_related("vendor")
    if filters.q:
        found = found.filter(Q(name__icontains=filters.q) | Q(vendor__name__icontains=filters.q))
    if filters.modality:
        found = found.filter(modality=filters.modality)
    if filters.weights:
        found = found.filter(weights=filters.weights).exclude(kind=Kind.TOOL)
    if filters.use:
        found = found.filter(commercial_use=filters.use)
    return found.order_by("name")


def _row(model: AIModel, choices: Sequence[Choice], today: date) -> Row:
    known = fields(list(model.claims.all()), choices)
    cycles = [
        *lifecycle.by_scope([each for each in known if not each.deployment]).items(),
        *((each.slug, lifecycle.of_deployment(each, known)) for each in model.deployments.all()),
    ]
    coming = [each.retires_on for _, each in cycles if each.retires_on and each.retires_on > today]
    next_end = min(coming, default=None)
    return Row(
        model=model,
        line=openness.line(model),
        status=_status(known, dict(cycles), next_end, today),
        next_end=next_end,
        days_left=(next_end - today).days if next_end else None,
        disputed=tuple(dict.fromkeys(label(each.field) for each in known if each.disputed)),
        hosting=_hosting(model, known),
    )


def _status(known: Sequence[Field], cycles: Mapping[str, Lifecycle], coming: date | None, today: date) -> str:
    shut = any(each.field == "status" and each.counts and each.counts.value == "shut_down" for each in known)
    whole = cycles.get("")
    if shut or (whole and whole.is_over(today)):
        return "retired"
    if coming:
        return "ending"
    if any(each.is_over(today) for each in cycles.values()):
        return "partly"
    deprecated = [each.deprecated_on for each in cycles.values() if each.deprecated_on]
    return "deprecated" if any(day <= today for day in deprecated) else "current"


def _hosting(model: AIModel, known: Sequence[Field]) -> tuple[str, ...]:
    said = {
        value
        for each in known
        if each.field == "access"
        for one in each.values
        for value in one.claims[0].value
    }
    found = [name for name, values in ACCESS.items() if said & set(values)]
    return (*found, "here") if model.deployments.all() else tuple(found)


def _passes(row: Row, filters: Filters) -> bool:
    soon = not filters.ends_within or (row.days_left is not None and row.days_left <= filters.ends_within)
    return (
        soon
        and (not filters.status or row.status == filters.status)
        and (not filters.hosting or filters.hosting in row.hosting)
    )
