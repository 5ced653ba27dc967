from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from tests.factories import make_user

PILOT = "/api/v1/pilots/{slug}/"
PARTS = {"metrics": "key", "goals": "id", "stop-triggers": "id", "candidates": "candidate"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    read: dict[str, Any] = yaml.safe_load(out.getvalue())
    return read


def test_every_address_of_a_pilot_is_described(document: dict[str, Any]):
    described = {
        (method, path)
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith("/api/v1/pilots/")
    }

    assert described == {
        ("get", "/api/v1/pilots/"),
        ("post", "/api/v1/pilots/"),
        ("get", PILOT),
        ("patch", PILOT),
        ("post", f"{PILOT}transitions/"),
        *((method, f"{PILOT}{part}/") for part in PARTS for method in ("get", "post")),
        *(
            (method, f"{PILOT}{part}/{{{name}}}/")
            for part, name in PARTS.items()
            for method in ("get", "patch")
        ),
        ("post", f"{PILOT}stop-triggers/{{id}}/rehearse/"),
        ("get", f"{PILOT}measurements/"),
        ("post", f"{PILOT}measurements/"),
        ("get", f"{PILOT}verdict/"),
        ("get", f"{PILOT}verdicts/"),
        ("get", f"{PILOT}gate/"),
        ("get", f"{PILOT}decisions/"),
        ("post", f"{PILOT}decisions/"),
        *((method, f"{PILOT}{part}/") for part in ("failures", "reviews") for method in ("get", "post")),
    }


def test_tokens_are_described_as_a_way_to_sign_in(document: dict[str, Any]):
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_posting_is_described_in_each_form_and_with_each_status(document: dict[str, Any]):
    post = document["paths"][f"{PILOT}measurements/"]["post"]

    assert list(post["requestBody"]["content"]) == [
        "application/json",
        "application/x-ndjson",
        "text/csv",
        "application/x-www-form-urlencoded",
    ]
    assert list(post["responses"]) == [
        "200",
        "201",
        "207",
        "400",
        "401",
        "403",
        "404",
        "411",
        "413",
        "415",
        "422",
    ]


@pytest.mark.django_db
def test_the_document_and_its_viewer_are_served_from_here():
    client = Client()
    client.force_login(make_user("reader", "Viewers"))

    schema, viewer = client.get("/api/v1/schema/"), client.get("/api/v1/docs/")

    assert (schema.status_code, viewer.status_code) == (200, 200)
    assert b"https://" not in viewer.content
