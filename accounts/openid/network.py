"""Questions to the issuer, through the same guard as those to models: the hosts of the settings alone, each address checked
and then connected to, no redirect followed, no answer longer than expected."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from evaluations.providers.credentials import Credential
from evaluations.providers.destinations import AllowedHosts, DestinationRefused

TIMEOUT_S = 10.0
LONGEST = 1024 * 1024


class NoAnswer(Exception):
    """The issuer could not be asked, or answered nothing of use. The message is for the log: it holds no secret."""


def ask(
    url: str,
    *,
    allowed: AllowedHosts,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The JSON object at this address; posts the form where there is one. Raises NoAnswer."""
    import httpx2  # noqa: PLC0415  weighs 4 MiB with our transport, and few processes ask an issuer

    try:
        status, body = asyncio.run(_asked(url, allowed, form, headers or {}))
        said = json.loads(body)
    except DestinationRefused as refusal:
        raise NoAnswer(str(refusal)) from None
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError, ValueError) as error:
        raise NoAnswer(f"{url}: {type(error).__name__}") from None
    if status != 200 or not isinstance(said, dict):
        fault = said.get("error") if isinstance(said, dict) else None
        raise NoAnswer(f"{url} answered {status}" + (f" ({fault})" if isinstance(fault, str) else ""))
    return said


async def _asked(
    url: str, allowed: AllowedHosts, form: Mapping[str, str] | None, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    import httpx2  # noqa: PLC0415  as above

    from evaluations.providers.connection import (  # noqa: PLC0415
        SENT_HEADERS,
        GuardedTransport,
        timeouts,
    )

    content = None if form is None else urlencode(form).encode()
    sent = {"accept": "application/json", **headers}
    if form is not None:
        sent["content-type"] = "application/x-www-form-urlencoded"
    transport = GuardedTransport(allowed, Credential(), sent=SENT_HEADERS)
    body = bytearray()
    async with (
        asyncio.timeout(2 * TIMEOUT_S),
        httpx2.AsyncClient(
            transport=transport, follow_redirects=False, trust_env=False, timeout=timeouts(TIMEOUT_S)
        ) as client,
        client.stream("GET" if form is None else "POST", url, content=content, headers=sent) as answer,
    ):
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > LONGEST:
                raise ValueError("longer than expected")
        return answer.status_code, bytes(body)
