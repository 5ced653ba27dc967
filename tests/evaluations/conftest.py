from collections.abc import Iterator

import pgtrigger
import pytest
from django.test import TransactionTestCase
from pytest_django import Settings

from tests.evaluations.model_host import ModelHost, serving


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied_after_a_test() -> Iterator[None]:
    """After a test that really commits, Django truncates every table; append-only ones would refuse."""
    refused = TransactionTestCase._fixture_teardown

    def allowed(self: TransactionTestCase) -> None:
        with pgtrigger.ignore():
            refused(self)

    TransactionTestCase._fixture_teardown = allowed
    yield
    TransactionTestCase._fixture_teardown = refused


@pytest.fixture
def model_host(settings: Settings) -> Iterator[ModelHost]:
    """A model server that runs may ask."""
    settings.EVALUATIONS_ALLOWED_HOSTS = ["127.0.0.1"]
    with serving(ModelHost()) as host:
        yield host
