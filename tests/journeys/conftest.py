"""A browser on an instance of real processes. Imports of ours that need settings are inside the fixtures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from config.local.chromium import FLAGS
from tests.journeys.script import Script

PASSWORD = "correct horse battery"

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from tests.journeys.instance import Instance


@pytest.fixture(scope="package")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Shared by the journeys with a browser, which name their pilots apart."""
    from tests.journeys.instance import running

    with running(tmp_path_factory.mktemp("instance")) as found:
        yield found


@pytest.fixture(scope="session")
def place(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Instance, str]]:
    """For journeys without a browser, which share it: a running instance, and a token for a running pilot in it."""
    from tests.journeys.instance import running

    with running(tmp_path_factory.mktemp("place")) as instance:
        with database_of(instance, django_db_blocker):
            token = _pilot_with_token()
        yield instance, token


@pytest.fixture
def script(place: tuple[Instance, str]) -> Script:
    return Script(place[0].url, place[1])


@pytest.fixture(scope="package")
def people(instance: Instance, django_db_blocker: DjangoDbBlocker) -> None:
    """Olivia, an owner, Maria and Jonas, managers; and one deployment in the catalogue."""
    from tests.factories import make_deployment, make_manager, make_owner

    with database_of(instance, django_db_blocker):
        make_owner("olivia", first_name="Olivia", last_name="Okafor")
        make_manager("maria", first_name="Maria", last_name="Lindqvist")
        make_manager("jonas", first_name="Jonas", last_name="Weber")
        make_deployment("reader")


@pytest.fixture
def browser(people: None, chromium: str) -> Iterator[Browser]:
    """Started after the people are there: Django's database does not work inside Playwright's event loop."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def trouble() -> list[str]:
    """What the browser complained of, on any page of the journey: errors of scripts, what the policy refused."""
    return []


@pytest.fixture
def blank(browser: Browser, instance: Instance, trouble: list[str]) -> Callable[[], Page]:
    """Opens a browser of one's own, signed in as nobody."""
    return lambda: opened(browser, instance, trouble)


@pytest.fixture
def visit(blank: Callable[[], Page]) -> Callable[[str], Page]:
    """Opens a browser of one's own for a person and signs her in."""
    return lambda username: sign_in(blank(), username)


def opened(browser: Browser, instance: Instance, trouble: list[str]) -> Page:
    context = browser.new_context(base_url=instance.url)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.on("pageerror", lambda error: trouble.append(f"{page.url}: {error}"))
    page.on("console", lambda message: _note(trouble, page, message))
    return page


def sign_in(page: Page, username: str) -> Page:
    page.goto("/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    return page


def _note(trouble: list[str], page: Page, message: ConsoleMessage) -> None:
    if message.type == "error":
        trouble.append(f"{page.url}: {message.text}")


@contextmanager
def database_of(instance: Instance, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Within, models read and write where the instance does."""
    from django.db import connection

    usual = connection.settings_dict["NAME"]
    with blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = instance.database
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual


def _pilot_with_token() -> str:
    from datetime import timedelta

    from django.utils import timezone

    from pilots.actions import pilots
    from tests.factories import make_candidate, make_deployment, make_metric, make_ready_pilot, make_token

    now = timezone.now()
    days = {"window_start": -1, "maintenance_start": 5, "window_end": 40}
    pilot = make_ready_pilot(**{name: (now + timedelta(days=add)).date() for name, add in days.items()})
    pilot.candidates.all().delete()
    make_candidate(pilot, deployment=make_deployment(served_model="model-x"))
    make_metric(pilot, "latency", unit="ms", cap=60_000)
    make_metric(pilot, "input_tokens", unit="", cap=None)
    make_metric(pilot, "cost", unit="USD", cap=1)
    pilots.start(pilot=pilot, by=pilot.owner, now=now)
    return make_token(pilot, now=now)[1]
