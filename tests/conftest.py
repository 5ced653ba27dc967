"""Every test runs against real engines of its own: nothing has to be started by hand, nothing is left behind.

The settings are read here, after the engines are up, because they hold the engines' addresses.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import django
import hypothesis
import pytest
from _pytest.pathlib import import_path
from django.conf import settings

from config.local import chromium as chromium_browser
from config.local import throwaway
from config.local.postgres import DATABASE

ENGINES = pytest.StashKey[throwaway.Engines]()
LEFT_OUT = pytest.StashKey[int]()
LEFT_OUT_NAME = "browser_tests_left_out"


# The same examples in every run, however slow the machine.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.load_profile("steady")


# A test process keeps all its modules: to look through them for garbage after every 700 new objects takes a twentieth of it.
gc.set_threshold(50_000, 20, 50)


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("CI") == "true" and chromium_browser.find() is None:
        raise pytest.UsageError(
            f"Browser tests must run in CI and there is no Chromium: {chromium_browser.HOW_TO_GET}"
        )
    config.stash[LEFT_OUT] = 0
    process = os.environ.get("PYTEST_XDIST_WORKER")
    if process is None:
        config.stash[ENGINES] = throwaway.start()
        os.environ |= config.stash[ENGINES].environment()
    else:
        number = int(process.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = os.environ["REDIS_URL"].removesuffix("/0") + f"/{number}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    # It has the tables: nothing is left to migrate. Added to what may be there, since Django fills in defaults once.
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = DATABASE
    # Every test client would list all static files at its start: 44 ms each, for pages that ask for none of them.
    settings.WHITENOISE_AUTOREFRESH = True
    django.setup()
    if process is None and config.getoption("numprocesses", None):
        # The processes of pytest-xdist inherit this environment, and pytest-django reads the settings that it names
        # before this file is looked at: they would all be on our Redis database, while a worker that a test starts
        # is on the one chosen above.
        del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure(config: pytest.Config) -> None:
    if ENGINES in config.stash:
        config.stash[ENGINES].stop()


SHARED = {
    "tests/journeys/test_slow_clients.py": "tests/journeys/test_senders.py",
    "tests/journeys/test_to_a_signature.py": "tests/journeys/test_first_flight.py",
}
"""Files that ask the instance which another has started: one process takes both."""
TOGETHER = "tests/evaluations/providers/"
"""Files that load the clients of model hosts, two seconds of a processor: one process does."""
LAST = "tests/pilots/"
"""Many short files: with them at the end, all processes end together."""

LONG = "tests/pilots/crash/"
"""But for these: begun among the last, one of them kept two processes idle for half a minute."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadFileScheduling

    class BySharedInstance(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return TOGETHER if file.startswith(TOGETHER) else SHARED.get(file, file)

    return BySharedInstance(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """A process of several begins with its own part of the files. Where none is compiled yet, each then compiles a part
    and finds the others' done, instead of all compiling everything: nine seconds of a processor in each."""
    config = session.config
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS or not hasattr(config, "workerinput"):
        return
    number, count = int(config.workerinput["workerid"].removeprefix("gw")), config.workerinput["workercount"]
    files = sorted(config.rootpath.glob("tests/**/test_*.py"))
    begin = len(files) * number // count
    for file in (*files[begin:], *files[:begin]):
        with suppress(Exception):  # told where it is collected
            import_path(file, mode="importlib", root=config.rootpath, consider_namespace_packages=False)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a browser where there is none, and count it."""
    items.sort(key=lambda item: item.nodeid.startswith(LAST) and not item.nodeid.startswith(LONG))
    if chromium_browser.find() is not None:
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    config.stash[LEFT_OUT] = len(left_out)
    if hasattr(config, "workeroutput"):
        config.workeroutput[LEFT_OUT_NAME] = len(left_out)


def pytest_collection_finish() -> None:
    """What was loaded and collected stays to the end."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:  # type: ignore[no-untyped-def]
    """Every process of pytest-xdist collects the same tests: one count is enough."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get(LEFT_OUT_NAME, 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if count := config.stash[LEFT_OUT]:
        terminalreporter.write_line(
            f"{count} browser tests did not run: no Chromium. To get it: {chromium_browser.HOW_TO_GET}",
            yellow=True,
        )


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied_after_a_test() -> Iterator[None]:
    """After a test that really commits, Django truncates every table and makes all permissions again: a second each time.
    Here the rows go from the tables that have some, append-only ones included, and what migrations put in stays."""
    from django.test import TransactionTestCase

    empty = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda self: _empty_tables()
    yield
    TransactionTestCase._fixture_teardown = empty


def _empty_tables() -> None:
    """Without triggers, and so without foreign keys. TRUNCATE makes new files, for every table that refers to one too."""
    from django.db import connection

    from tests.copied_rows import filled_tables

    if filled := filled_tables():
        deleted = "; ".join(f"DELETE FROM {name}" for name in filled)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET session_replication_role = replica; {deleted}; RESET session_replication_role"
            )


@pytest.fixture(scope="session", autouse=True)
def _a_page_is_told_of_once(django_test_environment: None) -> Iterator[None]:
    """Under test, Django copies the context of every template that is rendered, and an admin form is made of a thousand of
    them. A test asks for the context of the page."""
    from django.template import Template

    told, within = Template._render, False

    def render(self: Template, context: Any) -> Any:
        nonlocal within
        if within:
            return self.nodelist.render(context)
        within = True
        try:
            return told(self, context)
        finally:
            within = False

    Template._render = render  # type: ignore[method-assign]
    yield
    Template._render = told  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A Redis database of this test process alone."""
    return os.environ["REDIS_URL"]


@pytest.fixture(scope="session")
def local_model_url() -> str:
    """The base URL of the real local model, such as http://127.0.0.1:41234/v1."""
    return throwaway.local_model_url()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser, for tests marked `browser`; start it with `config.local.chromium.FLAGS`."""
    path = chromium_browser.find()
    assert path is not None, "mark this test with @pytest.mark.browser: it needs Chromium"
    return path
