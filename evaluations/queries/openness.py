"""How open a model is, in three facts that do not imply one another: weights, licence, training data."""

from collections.abc import Sequence

from evaluations.models import AIModel
from evaluations.models.catalogue import CommercialUse, Kind, Weights
from evaluations.queries.claims import Field

FREE_LICENCES = frozenset({"Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "GPL-3.0", "CC-BY-4.0"})
"""Licences that allow use in a product, whoever grants them."""

DIFFERS = "Differs by version"

WEIGHTS = {
    Weights.OPEN: "Open weights",
    Weights.GATED: "Weights after an agreement",
    Weights.CLOSED: "Closed weights, by API only",
    Weights.UNKNOWN: "Weights not known",
}


def line(model: AIModel) -> str:
    """`Open weights · non-commercial licence (…) · training data not disclosed`. Never a bare "open"."""
    return " · ".join(part for part in (_weights(model), _licence(model), _data(model)) if part)


def sentence(model: AIModel) -> str:
    """What that means for a product, in one plain sentence."""
    if model.kind == Kind.TOOL:
        return "A tool, not a model: what runs in it may be open or closed, so classify each step."
    if model.weights == Weights.UNKNOWN:
        return "Sources are missing or disagree on the weights. Verify before a pilot depends on it."
    if model.weights == Weights.CLOSED:
        return (
            "You reach it by the vendor's service alone: price, rules and the day it ends are the vendor's."
        )
    return f"The weights can be downloaded, {_SENTENCES[CommercialUse(model.commercial_use)]}"


_SENTENCES = {
    CommercialUse.ALLOWED: "and the licence allows use in a product.",
    CommercialUse.CONDITIONS: "but the licence sets conditions for use in a product. Read them first.",
    CommercialUse.FORBIDDEN: "but the licence forbids use in a product: open weights are no permission.",
    CommercialUse.UNKNOWN: "but what the licence allows has not been checked.",
}


def columns(fields: Sequence[Field], kind: str) -> dict[str, str]:
    """What the claims say of weights, licence, commercial use and data; disputed is not known."""
    licence = _agreed(fields, "licence")
    return {
        "weights": _agreed(fields, "weights") or Weights.UNKNOWN,
        "licence": licence,
        "commercial_use": _use(fields, licence),
        "training_data": _agreed(fields, "training_data"),
    }


def _agreed(fields: Sequence[Field], name: str) -> str:
    """What is said of the model as a whole; else what all versions share."""
    found = [each for each in fields if each.field == name and not each.deployment]
    found = [each for each in found if not each.scope] or found
    values = {str(each.counts.value) if each.counts else "" for each in found}
    if len(values) == 1:
        return values.pop()
    return DIFFERS if values and name == "licence" else ""


def _use(fields: Sequence[Field], licence: str) -> str:
    """The strictest answer that any version has: a permission for one is none for the others."""
    said = [each for each in fields if each.field == "licence.commercial_use"]
    if any(each.disputed for each in said):
        return CommercialUse.UNKNOWN
    answers = {each.counts.value for each in said if each.counts}
    if False in answers:
        return CommercialUse.FORBIDDEN
    conditions = any(each.field == "licence.restriction" for each in fields) or any(
        each.field == "licence.osi_approved" and each.counts and each.counts.value is False for each in fields
    )
    if conditions:
        return CommercialUse.CONDITIONS
    return CommercialUse.ALLOWED if True in answers or licence in FREE_LICENCES else CommercialUse.UNKNOWN


def _weights(model: AIModel) -> str:
    return "Tool" if model.kind == Kind.TOOL else WEIGHTS[Weights(model.weights)]


def _licence(model: AIModel) -> str:
    name = model.licence
    if model.weights == Weights.CLOSED and not name:
        return "terms of the vendor"
    if model.commercial_use == CommercialUse.FORBIDDEN:
        return f"non-commercial licence ({name})" if name else "non-commercial licence"
    if model.commercial_use == CommercialUse.CONDITIONS:
        return f"licence with conditions ({name})" if name else "licence with conditions"
    if not name:
        return "licence not recorded"
    if name == DIFFERS:
        return "licence differs by version"
    return (
        f"{name}, commercial use allowed"
        if model.commercial_use == CommercialUse.ALLOWED
        else (f"{name}, terms not checked")
    )


def _data(model: AIModel) -> str:
    if model.kind == Kind.TOOL:
        return ""
    return f"training data {model.training_data}" if model.training_data else "training data not recorded"
