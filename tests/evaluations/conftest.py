from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.evaluations.model_host import ModelHost, serving


@pytest.fixture
def model_host(settings: Settings) -> Iterator[ModelHost]:
    """A model server that runs may ask."""
    settings.EVALUATIONS_ALLOWED_HOSTS = ["127.0.0.1"]
    with serving(ModelHost()) as host:
        yield host
