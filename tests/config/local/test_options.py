"""What `make run` can be told."""

import pytest

from config.local.options import Options
from config.local.problem import Problem


def test_nothing_said_means_everything_on_port_8000():
    assert Options.read({}) == Options(
        port=8000,
        base_url="http://127.0.0.1:8000",
        demo=True,
        local_model=True,
        database_url="",
        redis_url="",
    )


def test_each_part_can_be_replaced():
    environ = {"DATABASE_URL": "postgres://db/x", "REDIS_URL": "redis://q/0", "PILOTAGE_LOCAL_MODEL": "off"}

    options = Options.read(environ)

    assert (options.database_url, options.redis_url, options.local_model) == (
        "postgres://db/x",
        "redis://q/0",
        False,
    )


def test_an_empty_value_is_as_good_as_none():
    assert Options.read({"PORT": "", "DEMO": "", "DATABASE_URL": "", "PILOTAGE_LOCAL_MODEL": ""}) == Options()


def test_the_demo_can_be_left_out():
    assert Options.read({"DEMO": "0"}).demo is False


def test_the_port_is_part_of_the_address():
    assert Options.read({"PORT": "8123"}).base_url == "http://127.0.0.1:8123"


@pytest.mark.parametrize("port", ["http", "-1", "0", "65536", "80.5"])
def test_a_port_that_is_none_is_a_problem(port):
    with pytest.raises(Problem, match="is not a port"):
        Options.read({"PORT": port})
