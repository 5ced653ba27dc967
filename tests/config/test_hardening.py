"""What a browser is told, in production's own settings."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.config.test_production_start import GIVEN
from tests.factories import make_user

ROOT = Path(__file__).parents[2]
ASK = """
import json, django
django.setup()
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
from django.conf import settings
from django.test import RequestFactory
from django.core.handlers.wsgi import WSGIHandler
handler = WSGIHandler()
plain = handler.get_response(RequestFactory().get("/login/", headers={"host": "pilotage.example.org"}))
headers = {"host": "pilotage.example.org", "x-forwarded-proto": "https"}
tls = handler.get_response(RequestFactory().get("/healthz", headers=headers))
print(json.dumps([plain.status_code, plain["Location"], dict(tls.headers), settings.SESSION_COOKIE_NAME,
    settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE,
    settings.CSRF_COOKIE_SECURE, settings.CSRF_COOKIE_NAME]))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """Asked once: a process that loads all of it takes three seconds of a processor. Its secret comes from a file."""
    var = tmp_path_factory.mktemp("production")
    (var / "key").write_text(GIVEN["SECRET_KEY"])
    env = {
        "PATH": "/usr/bin",
        "PILOTAGE_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **{name: value for name, value in GIVEN.items() if name != "SECRET_KEY"},
        "SECRET_KEY_FILE": str(var / "key"),
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=100,
    )


def test_the_deployment_checks_of_django_are_clean_and_a_secret_may_come_from_a_file(
    production: subprocess.CompletedProcess[str],
) -> None:
    assert (production.returncode, production.stderr) == (0, "")


def test_production_speaks_tls_alone_and_binds_cookies_to_it(
    production: subprocess.CompletedProcess[str],
) -> None:
    status, location, headers, *cookies = json.loads(production.stdout.splitlines()[-1])
    assert (status, location) == (301, "https://pilotage.example.org/login/")
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")
    assert cookies == ["__Host-sessionid", True, True, "Lax", True, "__Host-csrftoken"]


@pytest.mark.django_db
def test_pages_allow_no_inline_script_and_no_frame(client: Client) -> None:
    client.force_login(make_user("boss", is_superuser=True))

    for path in ("/login/", "/", "/status/"):
        answer = client.get(path)
        policy = dict(
            part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";") if part
        )
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert (policy["default-src"], policy["frame-ancestors"], answer["X-Frame-Options"]) == (
            "'none'",
            "'none'",
            "DENY",
        )


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused() -> None:
    assert (
        Client(enforce_csrf_checks=True).post("/login/", {"username": "a", "password": "b"}).status_code
        == 403
    )
