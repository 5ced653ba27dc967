"""The question never counted as asked: infra_error, with what to do about it."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest

from evaluations.providers.failures import retry_after

RATE_LIMITED = {"error": {"message": "Rate limit reached", "type": "requests", "code": "rate_limit_exceeded"}}


def test_a_rate_limit_is_ours_and_carries_the_wait_asked_for(host, ask, api):
    host.says(RATE_LIMITED, status=429, Retry_After="17")

    answer = ask(api)

    assert (answer.outcome, answer.http_status, answer.retry_after_s) == ("infra_error", 429, 17.0)
    assert answer.error_detail == (
        "HTTP 429. Too many requests for this account. Ask again later, or lower the concurrency. "
        "The host says: rate_limit_exceeded: Rate limit reached"
    )
    assert len(host.seen) == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1.5", 1.5),
        ("-3", None),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
    ],
)
def test_retry_after_reads_seconds_and_dates(value, seconds):
    now = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)

    assert retry_after({"retry-after": value}, now) == seconds


@pytest.mark.parametrize(
    ("status", "detail"),
    [
        (401, "HTTP 401. The host did not accept the credential. Check the variable that holds it."),
        (402, "HTTP 402. The host asks for payment. Check plan and balance there."),
        (403, "HTTP 403. The credential may not use this model. Check its rights at the host."),
        (404, "HTTP 404. The host knows no such model or path. Check model id and base URL."),
        (400, "HTTP 400. The host did not accept our request. Check the deployment's settings."),
        (422, "HTTP 422. The host did not accept our request. Check the deployment's settings."),
    ],
)
def test_a_status_about_our_settings_is_ours_and_says_what_to_check(host, ask, api, status, detail):
    host.says(b"", status=status)

    answer = ask(api)

    assert (answer.outcome, answer.http_status, answer.error_detail) == ("infra_error", status, detail)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(host, ask, api, status):
    host.says(b"", status=status, Location=f"{host.base_url}/elsewhere")

    answer = ask(api)

    assert (answer.outcome, answer.http_status) == ("infra_error", status)
    assert answer.error_detail.endswith("Redirects are not followed. Set the base URL to the final address.")
    assert len(host.seen) == 1


def test_a_refused_connection_is_ours(ask, api):
    with socket.socket() as taken:  # bound but not listening: nobody else can take the port and answer
        taken.bind(("127.0.0.1", 0))

        answer = ask(api, base_url=f"http://127.0.0.1:{taken.getsockname()[1]}")

    assert (answer.outcome, answer.http_status) == ("infra_error", None)
    assert answer.error_detail == "Cannot connect. Check base URL, certificate and that the host is up."


def test_a_name_without_an_address_is_ours(ask, api, monkeypatch):
    def no_address(*args: object, **kwargs: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_address)

    answer = ask(api, base_url="https://gone.example", allowed=("gone.example",))

    assert answer.outcome == "infra_error"
    assert answer.error_detail == "Cannot connect. Check base URL, certificate and that the host is up."


def test_a_host_that_speaks_no_tls_is_ours(host, ask, api):
    answer = ask(api, base_url=host.base_url.replace("http://", "https://"))

    assert (answer.outcome, host.seen) == ("infra_error", [])


def test_a_missing_credential_is_ours_and_nothing_is_sent(host, ask, api):
    answer = ask(api, credential="PILOTAGE_TEST_NO_SUCH_KEY")

    assert (answer.outcome, host.seen) == ("infra_error", [])
    assert answer.error_detail == (
        "No secret found: set PILOTAGE_TEST_NO_SUCH_KEY, or PILOTAGE_TEST_NO_SUCH_KEY_FILE to a file that holds it."
    )


def test_a_host_that_is_not_allowed_is_never_contacted(host, ask, api):
    answer = ask(api, allowed=("api.example.com",))

    assert (answer.outcome, host.seen) == ("infra_error", [])
    assert answer.error_detail == "127.0.0.1 is not among the allowed hosts. An administrator can add it."


def test_a_public_name_that_leads_inside_is_never_contacted(host, ask, api, monkeypatch):
    port = int(host.base_url.rpartition(":")[2])
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)

    answer = ask(api, base_url=f"http://api.example.com:{port}", allowed=("api.example.com",))

    assert (answer.outcome, host.seen) == ("infra_error", [])
    assert answer.error_detail == (
        "api.example.com leads to the private address 127.0.0.1. "
        "If that is meant, allow it as private:api.example.com."
    )


def test_a_private_name_is_reached_and_still_named_as_host(host, ask, api, right_answer, monkeypatch):
    port = int(host.base_url.rpartition(":")[2])
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    host.says(right_answer)

    answer = ask(api, base_url=f"http://gpu.internal:{port}", allowed=("private:gpu.internal",))

    assert (answer.outcome, host.seen[0].headers["host"]) == ("ok", f"gpu.internal:{port}")
