"""What is logged carries the ids of its request or task, and no secret, whoever logs it."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.test import Client

from config import logs
from tests.factories import make_token

PASSWORD = "correct-horse-battery"
VENDOR_KEY = "sk-" + "a1" * 12


@pytest.fixture
def lines() -> Iterator[Any]:
    """Production's logging into memory; called, it reads what was logged."""
    out = io.StringIO()
    configuration = logs.configuration(json_lines=True, level="INFO", known={PASSWORD, settings.SECRET_KEY})
    configuration["handlers"]["console"]["stream"] = out
    logging.config.dictConfig(configuration)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.config.dictConfig(settings.LOGGING)


def test_one_event_is_one_object_with_its_ids(lines: Any) -> None:
    with structlog.contextvars.bound_contextvars(request_id="abc12345", pilot="clause-check"):
        structlog.get_logger("pilots").info("judged", flag="go")
        logging.getLogger("elsewhere").warning("odd: %s", 3)

    assert [
        (each["event"], each["level"], each["logger"], each["request_id"], each["pilot"], each.get("flag"))
        for each in lines()
    ] == [
        ("judged", "info", "pilots", "abc12345", "clause-check", "go"),
        ("odd: 3", "warning", "elsewhere", "abc12345", "clause-check", None),
    ]


SAID = {
    "known": f"connecting with {PASSWORD}",
    "address": "postgres://pilotage:hunter22hunter@db:5432/x failed",
    "header": "Authorization: Bearer abcdefghijkl",
    "token": "token plt_0123456789abcdef was refused",
    "vendor": f"key {VENDOR_KEY} is wrong",
}


@pytest.mark.parametrize("what", SAID)
def test_a_secret_is_blotted_out_of_what_is_said(what: str, lines: Any) -> None:
    logging.getLogger("x").error(SAID[what])

    said = lines()[0]["event"]
    assert "[secret]" in said
    secrets = (PASSWORD, "hunter22hunter", "abcdefghijkl", "plt_0123456789abcdef", VENDOR_KEY)
    assert [each for each in secrets if each in said] == []


def test_a_secret_is_blotted_out_of_fields_and_tracebacks(lines: Any) -> None:
    try:
        raise ValueError(f"password {PASSWORD} did not work")
    except ValueError:
        structlog.get_logger().exception("failed", password="anything", nested={"api_key": "x", "n": 1})

    line = lines()[0]
    assert (line["password"], line["nested"]) == ("[secret]", {"api_key": "[secret]", "n": 1})
    assert "ValueError" in line["exception"]
    assert PASSWORD not in json.dumps(line)


@pytest.mark.django_db
def test_requests_that_are_refused_or_break_leave_no_secret_in_the_log(
    lines: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = make_token(all_pilots=True, scopes=("ingest",))[1]
    client.raise_request_exception = False
    monkeypatch.setattr("pilots.api.authentication.TokenAuthentication.authenticate", _break)

    client.post("/login/", {"username": "maria", "password": PASSWORD})
    client.get(f"/api/v1/pilots/?token={secret}", headers={"Authorization": f"Bearer {secret}"})

    logged = json.dumps(lines())
    assert "broken by" in logged
    assert [each for each in (secret, PASSWORD, settings.SECRET_KEY) if each in logged] == []


def _break(self: Any, request: Any) -> None:
    raise RuntimeError(f"broken by {request.headers['Authorization']}")
