"""List prices of public APIs as they were on the day of a call: genai-prices, bundled; nothing is fetched.

Only for hosts that the price list knows by their address: a model's name alone does not say what a host charges.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from evaluations.pricing.usage import Cost, Quote, Use

if TYPE_CHECKING:
    from genai_prices.types import ModelPrice

CURRENCY = "USD"


def cost(use: Use, *, base_url: str, served_model: str) -> Cost | None:
    """None when the list knows neither the model that answered nor the one asked, or a token count is missing."""
    found = _price(base_url, use.model, served_model, _minute(use.at))
    if found is None:
        return None
    price, quote = found
    if not use.taken:
        return Cost(Decimal(0), quote)
    if use.input_tokens is None or use.output_tokens is None:
        return None
    from genai_prices import Usage  # noqa: PLC0415

    usage = Usage(
        input_tokens=use.input_tokens,
        output_tokens=use.output_tokens,
        cache_read_tokens=use.cached_tokens or 0,
        cache_write_tokens=use.cache_write_tokens or 0,
    )
    try:
        return Cost(price.calc_price(usage)["total_price"], quote)
    except (ValueError, LookupError):
        return None  # counts that contradict each other: more read from the cache than read at all


def known(*, base_url: str, served_model: str, at: datetime) -> bool:
    """Whether the list has a price for this model at this host."""
    return _price(base_url, "", served_model, _minute(at)) is not None


def _minute(at: datetime) -> datetime:
    """Some prices change with the hour of the day; none within a minute."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)


@lru_cache(maxsize=256)
def _price(base_url: str, answered: str, asked: str, at: datetime) -> tuple[ModelPrice, Quote] | None:
    if not _may_be_listed(base_url):
        return None
    # Imported here: the list takes most of a second and 30 MB, which a run of local models need not pay.
    from genai_prices import __version__  # noqa: PLC0415
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415

    for name in filter(None, (answered, asked)):
        try:
            provider, model = get_snapshot().find_provider_model(name, None, None, base_url)
        except LookupError:
            continue
        price = model.get_prices(at)
        quote = Quote(
            kind="published",
            source=f"genai-prices {__version__}: {provider.name}, {model.id}",
            as_of=at.date().isoformat(),
            currency=CURRENCY,
            components=tuple(
                sorted((key, str(value)) for key, value in vars(price).items() if value is not None)
            ),
        )
        return price, quote
    return None


def _may_be_listed(base_url: str) -> bool:
    """The list knows hosts by public names: an address written out, or a name without a dot, is none of them."""
    host = urlsplit(base_url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return "." in host
    return False
