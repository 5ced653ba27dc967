"""The embedded Valkey: asks for its password and keeps what it was told."""

import stat

import pytest
import redis

from config.local import valkey
from config.local.process import stop


@pytest.fixture
def start(tmp_path):
    started = []

    def begin():
        started.append(valkey.start(tmp_path / "valkey", password="secret", log=tmp_path / "log"))
        valkey.wait_until_ready(started[-1])
        return started[-1]

    yield begin
    for server in started:
        stop(server.child)


def test_a_wrong_password_is_refused(start):
    wrong = start().url().replace("secret", "wrong")

    with redis.Redis.from_url(wrong) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_the_password_is_no_argument_and_its_file_is_for_the_owner_alone(start, tmp_path):
    server = start()

    assert "secret" not in " ".join(map(str, server.child.popen.args))
    assert stat.S_IMODE((tmp_path / "valkey" / "valkey.conf").stat().st_mode) == 0o600


def test_what_was_queued_is_there_after_a_restart(start):
    first = start()
    with redis.Redis.from_url(first.url()) as client:
        client.rpush("celery", "a task")
    stop(first.child)

    with redis.Redis.from_url(start().url()) as client:
        assert client.lrange("celery", 0, -1) == [b"a task"]


def test_databases_are_apart(start):
    server = start()

    with redis.Redis.from_url(server.url(1)) as one, redis.Redis.from_url(server.url(2)) as two:
        one.set("key", "value")

        assert two.get("key") is None
