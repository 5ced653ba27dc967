"""List prices: only of hosts known by their address, as of the day of the call."""

import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from evaluations.pricing import published
from evaluations.pricing.usage import Use

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def use(**fields) -> Use:
    counts = {"input_tokens": 1_000_000, "output_tokens": 100_000} | fields
    return Use(
        at=AT, model=counts.pop("model", "gpt-4o-mini-2024-07-18"), seconds=1.0, characters=0, **counts
    )


def test_a_known_model_at_its_own_host_has_its_list_price():
    # OpenAI's price list: gpt-4o-mini 0.15 / 0.60 USD a million, cached input 0.075
    cost = published.cost(use(cached_tokens=400_000), base_url="https://api.openai.com/v1", served_model="x")

    assert cost.amount == Decimal("0.09") + Decimal("0.03") + Decimal("0.06")
    assert (cost.quote.currency, cost.quote.as_of) == ("USD", "2026-11-20")
    assert cost.quote.source.startswith("genai-prices ")
    assert cost.quote.source.endswith("OpenAI, gpt-4o-mini")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8080", "[::1]:8080", "localhost:11434", "vllm", "models.example.org"]
)
def test_the_same_name_on_a_machine_of_ones_own_is_unpriced(host):
    assert published.cost(use(), base_url=f"http://{host}/v1", served_model="gpt-4o-mini") is None


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "[::1]:8080", "localhost:11434", "vllm"])
def test_the_list_of_thirty_megabytes_is_not_loaded_for_a_machine_of_ones_own(monkeypatch, host):
    monkeypatch.setitem(sys.modules, "genai_prices", None)  # importing it would fail

    assert not published.known(base_url=f"http://{host}/v1", served_model="gpt-4o-mini", at=AT)


def test_an_unknown_model_or_count_is_unpriced():
    openai = "https://api.openai.com/v1"

    assert published.cost(use(model="nonsense-9"), base_url=openai, served_model="nonsense-9") is None
    assert published.cost(use(output_tokens=None), base_url=openai, served_model="gpt-4o-mini") is None


def test_the_model_asked_is_priced_where_the_host_names_none():
    cost = published.cost(use(model=""), base_url="https://api.openai.com/v1", served_model="gpt-4o-mini")

    assert cost.amount == Decimal("0.21")
