"""From a deployment's settings to a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from evaluations.providers.credentials import Credential
from evaluations.providers.destinations import AllowedHosts
from evaluations.providers.null import Null
from evaluations.providers.protocol import Provider

ApiStyle = Literal["openai", "anthropic", "null"]
API_STYLES: tuple[ApiStyle, ...] = get_args(ApiStyle)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model answers.

    `credential` is the name of an environment variable, "" for none; never the secret.
    """

    api: ApiStyle
    base_url: str = ""
    model: str = ""
    credential: str = ""
    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"


def open_provider(endpoint: Endpoint, allowed: AllowedHosts) -> Provider:
    """A client that has not connected yet. Close it, or use it as `async with`, in one event loop."""
    if endpoint.api == "null":
        return Null()
    # Imported here: each SDK takes most of a second to load, which no web process should pay.
    if endpoint.api == "anthropic":
        from evaluations.providers.anthropic import Anthropic  # noqa: PLC0415

        return Anthropic(
            base_url=endpoint.base_url,
            model=endpoint.model,
            credential=Credential(endpoint.credential),
            allowed=allowed,
        )
    from evaluations.providers.openai_compatible import OpenAICompatible  # noqa: PLC0415

    return OpenAICompatible(
        base_url=endpoint.base_url,
        model=endpoint.model,
        credential=Credential(endpoint.credential),
        allowed=allowed,
        limit_field=endpoint.limit_field,
    )
