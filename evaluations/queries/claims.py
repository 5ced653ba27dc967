"""Claims side by side: which values are said of a field, by whom, and which of them counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from evaluations.models import AIModel, Choice, Claim

LABELS = {
    "weights": "Weights",
    "licence": "Licence",
    "licence.commercial_use": "Commercial use",
    "licence.osi_approved": "Licence approved by the OSI",
    "licence.restriction": "Restriction of the licence",
    "training_data": "Training data",
    "access": "How it is reached",
    "status": "Status",
    "lifecycle.announced_on": "End announced on",
    "lifecycle.deprecated_on": "Deprecated on",
    "lifecycle.retires_on": "Retires on",
    "lifecycle.earliest_retirement": "Retires not before",
    "lifecycle.replacement": "Replacement",
    "lifecycle.hosted": "Hosts",
    "lifecycle.note": "Note on the lifecycle",
    "parameters_b": "Parameters",
    "vram_gb": "Memory of the graphics card",
    "hardware": "Hardware",
    "generation_steps": "Generation steps",
    "max_resolution": "Highest resolution",
    "variants": "Variants",
    "ecosystem": "Ecosystem",
    "maturity": "Maturity",
    "quality_note": "Quality, as others put it",
    "price.input_per_mtok": "Price of a million input tokens",
    "price.output_per_mtok": "Price of a million output tokens",
    "price.per_image": "Price of an image",
    "price.per_second": "Price of a second",
}
"""Fields in the order of a model's page. Others are shown under their own name, after these."""

MANY_VALUED = frozenset(
    {
        *("licence.restriction", "access", "variants", "ecosystem", "maturity", "quality_note", "hardware"),
        *("lifecycle.hosted", "lifecycle.note"),
    }
)
"""Two values of these are two facts and no conflict."""

WORDS: dict[str, dict[Any, str]] = {
    "weights": {"open": "open", "gated": "after an agreement", "closed": "closed, by API only"},
    "licence.commercial_use": {True: "allowed", False: "forbidden"},
    "licence.osi_approved": {True: "yes", False: "no"},
    "status": {"shut_down": "shut down"},
    "access": {
        "self_host": "on your own machines",
        "api": "by API",
        "api_or_platform": "by API or on the maker's platform",
        "cloud": "in the maker's cloud",
    },
}


def label(field: str) -> str:
    return LABELS.get(field, field.replace(".", ", ").replace("_", " ").capitalize())


def words(field: str, value: Any, unit: str = "") -> str:
    """A value as people read it: dates written out, lists joined, yes and no in words."""
    if isinstance(value, list):
        return ", ".join(words(field, each) for each in value)
    known = WORDS.get(field, {})
    if isinstance(value, str | bool) and value in known:
        return known[value]
    if isinstance(value, str) and field.endswith(("_on", "_retirement")) and (day := day_of(value)):
        return f"{day:%-d %B %Y}"
    return f"{value} {unit}".strip()


def day_of(value: Any) -> date | None:
    """None for what is no day."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


@dataclass(frozen=True)
class Value:
    """One value and everybody who says so."""

    field: str
    claims: tuple[Claim, ...]
    chosen: Choice | None = None

    @property
    def words(self) -> str:
        return words(self.field, self.claims[0].value, self.claims[0].unit)


@dataclass(frozen=True)
class Field:
    """All that is said of one field in one scope. `disputed` until a person chooses among two values or more."""

    field: str
    scope: str
    deployment: str
    values: tuple[Value, ...]

    @property
    def label(self) -> str:
        return label(self.field)

    @property
    def chosen(self) -> Value | None:
        return next((value for value in self.values if value.chosen), None)

    @property
    def has_conflict(self) -> bool:
        return len(self.values) > 1 and self.field not in MANY_VALUED

    @property
    def disputed(self) -> bool:
        return self.has_conflict and self.chosen is None

    @property
    def counts(self) -> Claim | None:
        """The claim that counts: chosen by a person, or the one value that all sources agree on."""
        if self.chosen:
            return self.chosen.claims[0]
        return None if self.has_conflict else self.values[0].claims[0]


def of_model(model: AIModel) -> list[Field]:
    """Two queries: claims with their sources, and choices."""
    claims = list(model.claims.select_related("source", "deployment", "created_by").order_by("id"))
    return fields(claims, newest_choices(claims))


def newest_choices(claims: Iterable[Claim]) -> list[Choice]:
    """Every choice among these claims, newest first."""
    found = Choice.objects.filter(claim__in=[each.pk for each in claims]).select_related("by", "claim")
    return list(found.order_by("-at", "-id"))


def fields(claims: Sequence[Claim], choices: Sequence[Choice]) -> list[Field]:
    """In the order of the labels; `choices` newest first."""
    newest: dict[tuple[int, int | None, str, str], Choice] = {}
    for choice in choices:
        newest.setdefault(_place(choice.claim), choice)
    places: dict[tuple[int, int | None, str, str], list[Claim]] = {}
    for claim in claims:
        places.setdefault(_place(claim), []).append(claim)
    order = list(LABELS)
    found = [_field(found, newest.get(place)) for place, found in places.items()]
    rank = {name: number for number, name in enumerate(order)}
    return sorted(found, key=lambda each: (rank.get(each.field, len(order)), each.deployment, each.scope))


def _place(claim: Claim) -> tuple[int, int | None, str, str]:
    return claim.model_id, claim.deployment_id, claim.field, claim.scope


def _field(claims: Sequence[Claim], choice: Choice | None) -> Field:
    values: list[list[Claim]] = []
    for claim in claims:
        same = next((each for each in values if each[0].value == claim.value), None)
        if same is None:
            values.append([claim])
        else:
            same.append(claim)
    first = claims[0]
    return Field(
        field=first.field,
        scope=first.scope,
        deployment=first.deployment.slug if first.deployment else "",
        values=tuple(
            Value(
                first.field,
                tuple(each),
                choice if choice and choice.claim.value == each[0].value else None,
            )
            for each in values
        ),
    )
