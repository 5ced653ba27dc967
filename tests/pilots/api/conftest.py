"""Imports of ours are inside the fixtures: pytest may load this file before the settings are there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from pilots.models import Pilot

MEASUREMENTS = "/api/v1/pilots/clause-check/measurements/"


@pytest.fixture(autouse=True)
def _it_is_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doors read the clock; here it stands at the factories' NOW."""
    from tests.factories import NOW

    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def pilot(db: None) -> Pilot:
    from tests.factories import make_running_pilot

    return make_running_pilot()


@pytest.fixture
def with_token() -> Callable[[str], APIClient]:
    """A client that sends this secret."""
    from rest_framework.test import APIClient

    def make(secret: str) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return make


@pytest.fixture
def script(pilot: Pilot, with_token: Callable[[str], APIClient]) -> APIClient:
    """A client with a token that may post to this pilot and read it."""
    from tests.factories import make_token

    return with_token(make_token(pilot)[1])


@pytest.fixture
def post(script: APIClient) -> Callable[..., Any]:
    """Posts a body to the pilot's measurements: anything but text and bytes is sent as JSON."""

    def send(
        body: Any,
        *,
        query: str = "",
        content_type: str = "application/json",
        client: APIClient = script,
        **headers: str,
    ) -> Any:
        raw = body.encode() if isinstance(body, str) else body
        if not isinstance(raw, bytes):
            raw = json.dumps(raw).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.generic("POST", MEASUREMENTS + query, raw, content_type, headers=named)

    return send
