"""A pilot of restricted data does not exist for whom it does not name: on no page, in no list of the admin, by no address of
the API, and neither do its tasks and answers."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, get_resolver

from pilots.models import Pilot
from tests.factories import make_user
from tests.pilots.admin.one_of_each import make_one_of_each

pytestmark = pytest.mark.django_db
PILOT_FIRST = ("p/<slug:slug>/", "api/v1/pilots/<slug:slug>/")
OPEN = {
    "evaluations.vendor",
    "evaluations.aimodel",
    "evaluations.deployment",
    "evaluations.price",
    "pilots.event",
}
"""Reference: whom one can ask, and at what price. And the log, which auditors alone may look at."""


def named_addresses(slug: str) -> list[str]:
    """Every address of pages and of the API that names a pilot."""
    named = [path for path in _paths(get_resolver().url_patterns) if path.startswith(PILOT_FIRST)]
    return ["/" + re.sub(r"<\w+:\w+>", "1", path.replace("<slug:slug>", slug, 1)) for path in named]


def _paths(patterns: Iterable[Any], before: str = "") -> Iterator[str]:
    for each in patterns:
        path = before + str(each.pattern)
        yield from [path] if isinstance(each, URLPattern) else _paths(each.url_patterns, path)


@pytest.fixture
def one_of_each() -> dict[str, Model]:
    return make_one_of_each()


@pytest.fixture
def pilot(one_of_each: dict[str, Model]) -> Pilot:
    found = one_of_each["pilots.pilot"]
    assert isinstance(found, Pilot)
    Pilot.objects.filter(pk=found.pk).update(data_class="restricted")
    return found


LISTS = ("/", "/board.csv", "/api/v1/pilots/", "/?q=clause")


def shown(client: Client, pilot: Pilot) -> tuple[str, ...]:
    """Lists in which it is named."""
    return tuple(path for path in LISTS if pilot.slug in client.get(path).content.decode())


def test_nothing_of_it_is_there_for_others(
    client: Client, one_of_each: dict[str, Model], pilot: Pilot
) -> None:
    """For somebody with every role that does not read everything."""
    person = make_user("else", "Owners", "Managers", "Reviewers", "Viewers", is_staff=True)
    client.force_login(person)
    paths = list(named_addresses(pilot.slug))

    answers = {path: client.get(path).status_code for path in paths}
    posted = {path: client.post(path, "{}", content_type="application/json").status_code for path in paths}
    request = client.get("/").wsgi_request
    listed = [
        model._meta.label_lower
        for model, of in admin.site._registry.items()
        if model._meta.app_label in ("pilots", "evaluations")
        and one_of_each[model._meta.label_lower] in of.get_queryset(request)
    ]

    assert len(paths) > 50
    assert {path: code for path, code in answers.items() if code not in (404, 405)} == {}
    assert {path: code for path, code in posted.items() if code not in (403, 404, 405)} == {}
    assert set(listed) - OPEN == set()
    assert shown(client, pilot) == ()


def test_who_is_named_and_auditors_read_it(client: Client, pilot: Pilot) -> None:
    reviewer = make_user("reviewer", "Reviewers")
    pilot.readers.add(reviewer)

    for person in (reviewer, make_user("auditor", "Auditors")):
        client.force_login(person)
        assert client.get(f"/p/{pilot.slug}/").status_code == 200
        assert shown(client, pilot) == LISTS


def test_a_pilot_of_other_data_hides_from_nobody_with_a_role(client: Client, pilot: Pilot) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(data_class="confidential")
    client.force_login(make_user("else", "Viewers"))

    assert client.get(f"/p/{pilot.slug}/").status_code == 200
