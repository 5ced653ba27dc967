"""Bodies that are too long are refused by what they announce, and reading stops at the limit."""

import json
from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework.test import APIClient

from config.requests import LargestBodyMiddleware
from tests.factories import make_token


class Unread:
    """A body that must not be touched."""

    def read(self, *sizes: int) -> bytes:
        raise AssertionError("the body was read")


def test_a_body_that_announces_too_much_is_refused_unread(settings: Any):
    settings.LARGEST_BODY = 1024 * 1024
    request = RequestFactory().generic("POST", "/anywhere/")
    request.META |= {"CONTENT_LENGTH": str(1024 * 1024 + 1), "wsgi.input": Unread()}

    answer = LargestBodyMiddleware(lambda request: pytest.fail("let through"))(request)

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert json.loads(answer.content)["detail"].startswith("Send at most 1 MB at a time;")


@pytest.mark.parametrize("announced", ["-1", "many", "9" * 30])
def test_a_length_that_is_none_is_refused(announced: str):
    request = RequestFactory().generic("POST", "/anywhere/")
    request.META["CONTENT_LENGTH"] = announced

    answer = LargestBodyMiddleware(lambda request: pytest.fail("let through"))(request)

    assert answer.status_code == 413


def test_json_is_read_up_to_its_limit(db: None):
    client = APIClient()
    secret = make_token(all_pilots=True, scopes=("evaluate",))[1]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")

    answer = client.post("/api/v1/runs/", {"suite": "s" * 1024 * 1024}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
