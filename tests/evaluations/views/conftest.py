"""Imports of ours are inside the fixtures: pytest may load this file before the settings are there."""

import pytest
from django.utils import timezone


@pytest.fixture(autouse=True)
def _it_is_noon(monkeypatch):
    """The pages read the clock; here it stands at the builders' NOW, 20 November 2026."""
    from tests.evaluations.builders import NOW

    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def facts(db):
    """The catalogue that comes along."""
    from evaluations.actions import catalogue_facts
    from tests.evaluations.builders import NOW

    return catalogue_facts.load(now=NOW)


@pytest.fixture
def reader(client, db):
    from tests.factories import make_user

    client.force_login(make_user("reader", "Viewers"))
    return client


@pytest.fixture
def curator(db):
    from tests.factories import make_owner

    return make_owner("curator")
