"""Every URL of the site refuses who has no business there. A new URL is tested without being named here."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import make_user

OPEN = {"login", "logout", "healthz", "readyz", "admin:login", "admin:logout", "admin:jsi18n"} | {
    "second-factor-code",
    "second-factor",
    "openid",
    "openid-return",
}
"""What an anonymous visitor may reach: the door itself, in its steps, and two health checks that tell nothing."""

SAMPLES = {
    "slug": "clause-check",
    "pilot_slug": "clause-check",
    "pk": "1",
    "id": "1",
    "object_id": "1",
    "number": "1",
}


def every_pattern(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from every_pattern(pattern, route, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", route


def example(route: str) -> str:
    """The route with every parameter filled in."""
    path = re.sub(r"<(?:(?:\w+):)?(\w+)>", lambda found: SAMPLES.get(found[1], "1"), route)
    path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda found: SAMPLES.get(found[1], "1"), path)
    return "/" + path.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".").replace(
        "/?", "/"
    )


ROUTES = [(name, example(route)) for name, route in every_pattern(get_resolver())]


def test_the_walk_finds_the_site() -> None:
    names = {name for name, _ in ROUTES}

    assert {"pilots:board", "admin:index", "api-docs", "login"} <= names


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_anonymous_are_refused(db: None, client: Client, method: str) -> None:
    answers = {path: getattr(client, method)(path) for name, path in ROUTES if name not in OPEN}

    assert let_in(answers, refused=(401, 403)) == {}


def test_a_person_without_a_role_is_refused(db: None, client: Client) -> None:
    client.force_login(make_user("nobody"))

    answers = {
        path: client.get(path) for name, path in ROUTES if name not in OPEN and not name.startswith("api-")
    }

    assert let_in(answers, refused=(401, 403, 404, 405)) == {}


def let_in(answers: Mapping[str, Any], *, refused: Collection[int]) -> dict[str, int]:
    """The status by path of those that neither refuse nor lead to the login."""
    return {
        path: answer.status_code
        for path, answer in answers.items()
        if answer.status_code not in refused
        and not (answer.status_code == 302 and "/login/" in answer.headers["Location"])
    }
