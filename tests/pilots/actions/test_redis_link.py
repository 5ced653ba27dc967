"""Commands over a connection of one's own: one that died is replaced, and no answer is given to another question."""

import pytest
from django.conf import settings
from redis.exceptions import NoScriptError

from pilots.actions.redis_link import RedisLink, Unreachable


def test_a_connection_that_died_is_replaced():
    link, other = RedisLink(settings.REDIS_URL), RedisLink(settings.REDIS_URL)
    other.command("CLIENT", "KILL", "ID", link.command("CLIENT", "ID"))

    assert link.command("PING") == b"PONG"


def test_what_is_answered_too_late_answers_no_later_question():
    now = 0.0
    link = RedisLink(settings.REDIS_URL, clock=lambda: now)
    with pytest.raises(Unreachable):
        link.command("BLPOP", "pilotage:nothing", 1)
    now = 10.0

    assert link.command("ECHO", "asked later") == b"asked later"


def test_a_script_that_is_not_known_is_told_apart_from_a_redis_that_is_gone():
    link = RedisLink(settings.REDIS_URL)

    with pytest.raises(NoScriptError):
        link.command("EVALSHA", "0" * 40, 0)

    assert link.command("PING") == b"PONG"
