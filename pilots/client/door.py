"""One request and what came of it. Never retries: what to do next is the caller's to decide."""

import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import ClientError
from .login import Login

TIMEOUT = 10.0  # seconds without a byte
LONGEST_ANSWER = 32 * 1024 * 1024


class Unreachable(ClientError):
    """No answer, or none of Pilotage's: whether it took what was sent is not known."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any] = field(default_factory=dict)
    retry_after: float | None = None

    @property
    def passing(self) -> bool:
        """A failure that time mends: send the same again later."""
        return self.status in {408, 425, 429} or self.status >= 500

    @property
    def says(self) -> str:
        return str(self.body.get("detail") or f"The server answered {self.status}.")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token to another address, and turn a POST into a GET."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def ask(
    login: Login, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """GET, or POST when there is a body. Raises Unreachable."""
    request = urllib.request.Request(  # noqa: S310 - Login takes http and https only
        f"{login.url}/api/v1/{path}",
        data=body,
        headers={
            "Authorization": f"Bearer {login.token}",
            "Accept": "application/json",
            "User-Agent": "pilotage-client/1",
            **({"Content-Type": "application/json"} if body is not None else {}),
            **(headers or {}),
        },
    )
    try:
        with _OPENER.open(request, timeout=TIMEOUT) as response:
            return _answer(response.status, response.headers, response.read(LONGEST_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            return _refusal(login, error)
    except (TimeoutError, OSError, http.client.HTTPException, ssl.SSLError) as error:
        reason = getattr(error, "reason", error)
        raise Unreachable(f"{login.url} does not answer: {reason}") from error


def _refusal(login: Login, error: urllib.error.HTTPError) -> Answer:
    try:
        raw = error.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException):
        raw = b""
    if 300 <= error.code < 400:
        where = error.headers.get("Location", "elsewhere")
        raise Unreachable(
            f"{login.url} leads to {where[:200]}. Use the address it leads to: pilotage login URL"
        )
    return _answer(error.code, error.headers, raw)


def _answer(status: int, headers: Any, raw: bytes) -> Answer:
    """Raises Unreachable for an answer that is not ours, such as a proxy's page: it says nothing of what was sent."""
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        if status < 500:
            raise Unreachable(
                f"The answer ({status}) is not Pilotage's. Is the address right, with no log-in page before it?"
            )
        body = {}
    return Answer(status, body, _seconds(headers.get("Retry-After")))


def _seconds(given: str | None) -> float | None:
    return float(given) if given and given.isdecimal() else None
