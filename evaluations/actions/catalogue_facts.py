"""The catalogue that comes along: claims with their sources, loaded as often as one likes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from evaluations.models import AIModel, Claim, Source, Vendor
from evaluations.queries.claims import fields
from evaluations.queries.openness import columns

FACTS = Path(__file__).parents[1] / "fixtures" / "model_facts.json"
NOBODY = "Maker not recorded"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many models and claims were new."""

    models: int
    claims: int


@transaction.atomic
def load(*, now: datetime, facts: Mapping[str, Any] | None = None) -> Loaded:
    """Adds what is missing. What is there stays as people left it: no value is overwritten, no claim doubled."""
    facts = json.loads(FACTS.read_text()) if facts is None else facts
    sources = _sources(facts["sources"])
    before = AIModel.objects.count(), Claim.objects.count()
    for entry in facts["models"]:
        _model(entry, sources, now)
    return Loaded(AIModel.objects.count() - before[0], Claim.objects.count() - before[1])


def _sources(entries: Mapping[str, Mapping[str, str]]) -> dict[str, Source]:
    Source.objects.bulk_create(
        [
            Source(key=key, **{**entry, "read_on": date.fromisoformat(entry["read_on"])})
            for key, entry in entries.items()
        ],
        ignore_conflicts=True,
    )
    return {source.key: source for source in Source.objects.filter(key__in=entries)}


def _model(entry: Mapping[str, Any], sources: Mapping[str, Source], now: datetime) -> None:
    maker = entry["vendor"] or NOBODY
    vendor, _ = Vendor.objects.get_or_create(slug=slugify(maker), defaults={"name": maker})
    model, is_new = AIModel.objects.get_or_create(
        slug=entry["slug"],
        defaults={
            "vendor": vendor,
            "name": entry["name"],
            "kind": entry["kind"],
            "modality": entry["modality"],
            "to_check": "\n".join(entry["to_check"]),
            "weights": "unknown",
        },
    )
    Claim.objects.bulk_create(
        [
            Claim(
                model=model,
                field=each["field"],
                value=each["value"],
                unit=each.get("unit", ""),
                scope=each.get("scope", ""),
                statement=each.get("statement", ""),
                source=sources[each["source"]],
                created_at=now,
            )
            for each in entry["claims"]
        ],
        ignore_conflicts=True,
    )
    if is_new:
        known = fields(list(model.claims.select_related("deployment").order_by("id")), [])
        for name, value in columns(known, model.kind).items():
            setattr(model, name, value)
        model.save()
