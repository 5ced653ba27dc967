"""From a deployment's settings to a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from evaluations.providers.credentials import Credential
from evaluations.providers.destinations import AllowedHosts
from evaluations.providers.null import Null
from evaluations.providers.protocol import Provider

if TYPE_CHECKING:
    import httpx2

ApiStyle = Literal["openai", "azure", "anthropic", "null"]
API_STYLES: tuple[ApiStyle, ...] = get_args(ApiStyle)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model answers, and how it is spoken to.

    `credential` is the name of an environment variable, "" for none; never the secret. `api_version` is Azure's.
    """

    api: ApiStyle
    base_url: str = ""
    model: str = ""
    credential: str = ""
    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    api_version: str = ""
    streams: bool = False


def open_provider(
    endpoint: Endpoint,
    allowed: AllowedHosts,
    *,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> Provider:
    """A client that has not connected yet. Close it, or use it as `async with`, in one event loop.

    `transport` takes the network's place in calibration.
    """
    if endpoint.api == "null":
        return Null()
    # Imported here: each SDK takes most of a second to load, which no web process should pay.
    from evaluations.providers.connection import http_client  # noqa: PLC0415

    credential = Credential(endpoint.credential)
    http = http_client(allowed, credential, transport=transport)
    if endpoint.api == "anthropic":
        from evaluations.providers.anthropic import Anthropic  # noqa: PLC0415

        return Anthropic(
            base_url=endpoint.base_url,
            model=endpoint.model,
            credential=credential,
            http=http,
            streams=endpoint.streams,
        )
    from evaluations.providers.openai_compatible import OpenAICompatible  # noqa: PLC0415

    return OpenAICompatible(
        base_url=endpoint.base_url,
        model=endpoint.model,
        credential=credential,
        http=http,
        limit_field=endpoint.limit_field,
        streams=endpoint.streams,
        azure_version=endpoint.api_version if endpoint.api == "azure" else "",
    )
