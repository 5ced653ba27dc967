"""The vendors, models and deployments of the demo. Invented makers, but for the local model, which is real."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from evaluations.models import AIModel, Claim, Deployment, Price, Source, Vendor
from evaluations.models.price import Unit

CLOSED_ENDS_IN_DAYS = (420, 480)
"""Two notices of the invented host that do not agree; both are beyond what any demo pilot needs."""


def load(*, now: datetime) -> dict[str, Deployment]:
    """By short name; made where missing."""
    here = _vendor("this-instance", "This instance")
    found = _deployments(here)
    for slug, amount, slots in (("local", "0.36", 2), ("spare", "0.18", 1)):
        _price(found[slug], amount=Decimal(amount), slots=slots, now=now)
    _announce_the_end(found["closed-chat"], now=now)
    return found


def _price(deployment: Deployment, *, amount: Decimal, slots: int, now: datetime) -> None:
    """An hour of the machine, shared by as many calls as it works on at a time."""
    price, is_new = Price.objects.get_or_create(
        deployment=deployment,
        defaults={
            "valid_from": (now - timedelta(days=30)).date(),
            "currency": "EUR",
            "source": "Rented machine, by the hour (demo)",
        },
    )
    if is_new:
        price.components.create(unit=Unit.HOUR, amount=amount, shared_by=slots)


def _announce_the_end(deployment: Deployment, *, now: datetime) -> None:
    if deployment.claims.exists():
        return
    for number, days in enumerate(CLOSED_ENDS_IN_DAYS, start=1):
        source, _ = Source.objects.get_or_create(
            key=f"demo-notice-{number}",
            defaults={
                "kind": "mail",
                "what": f"Notice {number} of the invented host (demo)",
                "trust": "secondary",
                "read_on": now.date(),
            },
        )
        Claim.objects.create(
            model=deployment.model,
            deployment=deployment,
            field="lifecycle.retires_on",
            value=(now.date() + timedelta(days=days)).isoformat(),
            statement="We will switch this model off.",
            source=source,
            created_at=now,
        )


def _deployments(here: Vendor) -> dict[str, Deployment]:
    small = _model(
        "smollm2-135m",
        "SmolLM2 135M Instruct",
        _vendor("hugging-face", "Hugging Face"),
        weights="open",
        licence="Apache-2.0",
        commercial_use="allowed",
        modality="language",
    )
    served: dict[str, Any] = {"host": here, "model": small, "served_model": "smollm2-135m-instruct"}
    return {
        "local": _deployment("local-smollm2", **served, concurrency=2),  # as many as the server has slots
        "spare": _deployment("local-smollm2-spare", **served, concurrency=1),
        "open-vision": _deployment(
            "demo-open-vision",
            host=_vendor("demo-own-servers", "Own servers (demo)"),
            model=_model(
                "demo-reader-7b",
                "Reader 7B (demo)",
                _vendor("demo-open-lab", "Open Lab (demo)"),
                weights="open",
                licence="Apache-2.0",
                commercial_use="allowed",
                modality="image",
            ),
            base_url="http://reader.demo.invalid/v1",
            served_model="reader-7b",
        ),
        "closed-chat": _deployment(
            "demo-closed-chat",
            host=_vendor("demo-closed-ai", "Closed AI (demo)"),
            model=_model(
                "demo-chat-large",
                "Chat Large (demo)",
                _vendor("demo-closed-ai", "Closed AI (demo)"),
                weights="closed",
                modality="language",
            ),
            base_url="https://api.closed.demo.invalid/v1",
            served_model="chat-large-2026-08",
            credential="DEMO_CLOSED_AI_KEY",
        ),
    }


def _vendor(slug: str, name: str) -> Vendor:
    return Vendor.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def _model(slug: str, name: str, vendor: Vendor, **fields: str) -> AIModel:
    return AIModel.objects.get_or_create(slug=slug, defaults={"name": name, "vendor": vendor, **fields})[0]


def _deployment(slug: str, *, host: Vendor, model: AIModel, **fields: Any) -> Deployment:
    return Deployment.objects.get_or_create(slug=slug, defaults={"host": host, "model": model, **fields})[0]
