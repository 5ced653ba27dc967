"""Every test runs against real engines of its own; nothing has to be started by hand, and nothing is left behind."""

import os

import django
import pytest
from config.local import throwaway

ENGINES = pytest.StashKey[throwaway.Engines]()
REDIS_TEMPLATE = "PILOTAGE_TEST_REDIS"


def pytest_configure(config: pytest.Config) -> None:
    """Start the engines before the settings are read, once: processes of pytest-xdist inherit their addresses."""
    if os.environ.get("PYTEST_XDIST_WORKER") is None:
        config.stash[ENGINES] = throwaway.start()
        os.environ |= config.stash[ENGINES].environment()
    else:
        number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = os.environ["REDIS_URL"].removesuffix("/0") + f"/{number}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    if ENGINES in config.stash:
        config.stash[ENGINES].stop()


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A Redis database of this test process alone."""
    return os.environ["REDIS_URL"]


@pytest.fixture(scope="session")
def local_model_url() -> str:
    """The base URL of the real local model, such as http://127.0.0.1:41234/v1."""
    return throwaway.local_model_url()
