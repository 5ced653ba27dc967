"""Every URL of the site refuses who has no business there. A new URL is tested without being named here."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import make_user

OPEN = {"login", "logout", "healthz", "readyz", "admin:login", "admin:logout", "admin:jsi18n"}
"""What an anonymous visitor may reach: the door itself, and two health checks that tell nothing."""

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
@pytest.mark.parametrize(("name", "path"), [route for route in ROUTES if route[0] not in OPEN])
def test_the_anonymous_are_refused(db: None, client: Client, name: str, path: str, method: str) -> None:
    response = getattr(client, method)(path)

    turned_to_login = response.status_code == 302 and "/login/" in response.headers["Location"]
    assert turned_to_login or response.status_code in (401, 403), (path, response.status_code)


@pytest.mark.parametrize(
    ("name", "path"), [route for route in ROUTES if route[0] not in OPEN and not route[0].startswith("api-")]
)
def test_a_person_without_a_role_is_refused(db: None, client: Client, name: str, path: str) -> None:
    client.force_login(make_user("nobody"))

    response = client.get(path)

    turned_to_login = response.status_code == 302 and "/login/" in response.headers["Location"]
    assert turned_to_login or response.status_code in (401, 403, 404, 405), (path, response.status_code)
