"""Which price a call has: the one entered for its deployment on that day, else the published one of its host."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from evaluations.actions.canonical import sha256_of
from evaluations.models import Deployment, Price, PriceSnapshot
from evaluations.pricing import published
from evaluations.pricing.sheet import Component, Sheet, sheet_at
from evaluations.pricing.usage import Cost, Quote, Use


@dataclass(frozen=True, slots=True)
class Tariff:
    """All prices of a deployment, over time."""

    base_url: str
    served_model: str
    sheets: tuple[Sheet, ...]

    def cost(self, use: Use) -> Cost | None:
        """What this call cost by the price of its day; None where that is not known."""
        if sheet := sheet_at(self.sheets, use.at):
            return sheet.cost(use)
        if not self.base_url:
            return None
        return published.cost(use, base_url=self.base_url, served_model=self.served_model)

    def currency(self, at: datetime) -> str | None:
        """The currency of calls at that moment; None when they have no price."""
        if sheet := sheet_at(self.sheets, at):
            return sheet.currency
        listed = bool(self.base_url) and published.known(
            base_url=self.base_url, served_model=self.served_model, at=at
        )
        return published.CURRENCY if listed else None


def tariffs(deployments: Iterable[Deployment]) -> dict[int, Tariff]:
    """By deployment id. Two queries, however many they are."""
    deployments = list(deployments)
    sheets: dict[int, list[Sheet]] = {deployment.pk: [] for deployment in deployments}
    for price in Price.objects.filter(deployment__in=sheets).prefetch_related("components"):
        sheets[price.deployment_id].append(_sheet(price))
    return {each.pk: Tariff(each.base_url, each.served_model, tuple(sheets[each.pk])) for each in deployments}


def snapshot_ids(quotes: Iterable[Quote], *, now: datetime) -> dict[Quote, int]:
    """The kept copy of each price; made where there is none yet."""
    hashes = {quote: sha256_of(_stored(quote)) for quote in set(quotes)}
    PriceSnapshot.objects.bulk_create(
        (
            PriceSnapshot(content_hash=hashed, taken_at=now, **_stored(quote))
            for quote, hashed in hashes.items()
        ),
        ignore_conflicts=True,
    )
    ids = dict(
        PriceSnapshot.objects.filter(content_hash__in=hashes.values()).values_list("content_hash", "pk")
    )
    return {quote: ids[hashed] for quote, hashed in hashes.items()}


def _stored(quote: Quote) -> dict[str, object]:
    return {
        "kind": quote.kind,
        "source": quote.source,
        "as_of": quote.as_of,
        "currency": quote.currency,
        "components": dict(quote.components),
    }


def _sheet(price: Price) -> Sheet:
    components = tuple(Component(each.unit, each.amount, each.shared_by) for each in price.components.all())
    return Sheet(price.valid_from, price.currency, price.source, components)
