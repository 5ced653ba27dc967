"""Imports of ours are inside the fixtures: pytest may load this file before the settings are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

    from pilots.models import Pilot


@pytest.fixture(autouse=True)
def _it_is_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read the clock; here it stands at the factories' NOW."""
    from tests.factories import NOW

    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def pilot(db: None) -> Pilot:
    """Running, measured before and after, judged: review minutes got worse, so the flag is stop."""
    from tests.factories import make_worse_pilot

    return make_worse_pilot()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser of somebody who signed in. It raises what a view raises."""
    from django.test import Client

    def make(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return make
