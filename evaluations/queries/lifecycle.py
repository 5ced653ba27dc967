"""When a model or a deployment ends: from a person's entry, her choice among claims, or the claims themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from evaluations.models import Claim, Deployment
from evaluations.queries.claims import Field, day_of, fields, newest_choices

ENDS = "lifecycle.retires_on"
NOT_BEFORE = "lifecycle.earliest_retirement"


@dataclass(frozen=True)
class Lifecycle:
    """Days as far as they are known. `not_before` is no end: the host only promises to keep it so long.

    `basis` says why the end counts: `entered` by a person, `chosen` by a person among claims, `agreed` by all
    sources, or `earliest` of several claims, which counts until a person chooses.
    """

    announced_on: date | None = None
    deprecated_on: date | None = None
    retires_on: date | None = None
    not_before: date | None = None
    replacement: str = ""
    basis: str = ""
    other_ends: tuple[date, ...] = ()

    @property
    def disputed(self) -> bool:
        return self.basis == "earliest"

    @property
    def known(self) -> bool:
        return any((self.announced_on, self.deprecated_on, self.retires_on, self.not_before))

    def is_over(self, today: date) -> bool:
        return self.retires_on is not None and self.retires_on <= today

    def days_left(self, today: date) -> int | None:
        """Days until it ends; None when no end is known, below zero once it is over."""
        return (self.retires_on - today).days if self.retires_on else None


def of_deployments(deployments: Iterable[Deployment]) -> dict[int, Lifecycle]:
    """By id; two queries, however many they are."""
    deployments = list(deployments)
    claims = list(
        Claim.objects.filter(
            model__in={each.model_id for each in deployments}, field__startswith="lifecycle."
        )
        .select_related("deployment")
        .order_by("id")
    )
    known = fields(claims, newest_choices(claims))
    by_model: dict[int, list[Field]] = {}
    for each in known:
        by_model.setdefault(each.values[0].claims[0].model_id, []).append(each)
    return {each.pk: of_deployment(each, by_model.get(each.model_id, [])) for each in deployments}


def of_deployment(deployment: Deployment, known: Sequence[Field]) -> Lifecycle:
    """The nearest claims count: of this deployment, else of its host and model id, else of its model id, else of all."""
    found = in_scope(
        [
            [each for each in known if each.deployment == deployment.slug],
            *(
                [each for each in known if not each.deployment and each.scope == scope]
                for scope in _scopes(deployment)
            ),
        ]
    )
    if deployment.retires_on is None or (
        found.basis == "chosen" and found.retires_on == deployment.retires_on
    ):
        return found
    return Lifecycle(
        announced_on=found.announced_on,
        deprecated_on=found.deprecated_on,
        retires_on=deployment.retires_on,
        not_before=found.not_before,
        replacement=found.replacement,
        basis="entered",
        other_ends=tuple(
            day for day in (found.retires_on, *found.other_ends) if day and day != deployment.retires_on
        ),
    )


def in_scope(near_to_far: Sequence[Sequence[Field]]) -> Lifecycle:
    """Each fact from the nearest claims that state it."""

    def field(name: str) -> Field | None:
        return next((each for level in near_to_far for each in level if each.field == name), None)

    end, replacement = field(ENDS), field("lifecycle.replacement")
    days = sorted(_days(end))
    counts = end.counts if end else None
    chosen = day_of(counts.value) if counts else (days[0] if days else None)
    basis = (
        ""
        if chosen is None or end is None
        else "chosen"
        if end.chosen
        else "agreed"
        if counts
        else "earliest"
    )
    said = replacement.counts if replacement else None
    return Lifecycle(
        announced_on=_first(field("lifecycle.announced_on")),
        deprecated_on=_first(field("lifecycle.deprecated_on")),
        retires_on=chosen,
        not_before=_first(field(NOT_BEFORE)),
        replacement=str(said.value)
        if said
        else " or ".join(v.words for v in replacement.values)
        if replacement
        else "",
        basis=basis,
        other_ends=tuple(day for day in days if day != chosen),
    )


def by_scope(known: Sequence[Field]) -> dict[str, Lifecycle]:
    """What is said of each version or host, by scope; "" is the model as a whole. Those without a day are left out."""
    scopes = dict.fromkeys(each.scope for each in known if each.field.startswith("lifecycle."))
    found = {scope: in_scope([[each for each in known if each.scope == scope]]) for scope in scopes}
    return {scope: each for scope, each in found.items() if each.known}


def _scopes(deployment: Deployment) -> tuple[str, str, str]:
    return f"{deployment.host.slug}/{deployment.served_model}", deployment.served_model, ""


def _days(field: Field | None) -> list[date]:
    return [day for value in field.values if (day := day_of(value.claims[0].value))] if field else []


def _first(field: Field | None) -> date | None:
    """What counts, else the earliest that is claimed."""
    if field is None:
        return None
    return day_of(field.counts.value) if field.counts else min(_days(field), default=None)
