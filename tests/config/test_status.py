import pytest
from django.test import Client

from config import heartbeats
from pilots.actions.redis_link import LINK
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(make_user("boss", is_superuser=True))
    return client


@pytest.mark.parametrize("group", ["Owners", "Managers", "Auditors", "Viewers"])
def test_the_status_is_for_administrators(group: str, client: Client) -> None:
    client.force_login(make_user("somebody", group))

    assert client.get("/status/").status_code == 403


def test_it_names_who_works_and_what_is_missing(administrator: Client) -> None:
    for key in LINK.ask(lambda redis: redis.keys(f"{heartbeats.PREFIX}*")):
        LINK.ask(lambda redis, key=key: redis.delete(key))
    heartbeats.show("worker", "worker@one", {"queues": ["celery"]})

    page = administrator.get("/status/").content.decode()

    assert "worker@one" in page
    assert "No beat has shown itself for a minute" in page
    assert "No worker has shown itself" not in page
    assert "No worker takes from the queue notices" in page
    assert "No worker takes from the queue celery" not in page
    assert "PostgreSQL 18" in page


def test_engines_that_do_not_answer_are_said_and_not_taken_for_idle(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.heartbeats.shown", lambda: None)
    monkeypatch.setattr("config.queues.depths", lambda: None)

    page = administrator.get("/status/").content.decode()

    assert "Redis does not answer" in page
    assert "The broker does not answer" in page
