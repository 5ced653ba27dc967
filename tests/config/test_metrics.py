import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config.metrics.state import StateCollector
from tests.factories import make_running_pilot, make_user

TOKEN = "m" * 40
NAMES = {
    "pilotage_runs",
    "pilotage_batches",
    "pilotage_batch_oldest_waiting_seconds",
    "pilotage_pilots",
    "pilotage_verdict_lag_seconds",
    "pilotage_silent_sources",
    "pilotage_undelivered_oldest_seconds",
    "pilotage_verdicts_total",
    "pilotage_measurements_written_total",
    "pilotage_queue_messages",
    "pilotage_parts",
    "pilotage_http_request_seconds_bucket",
}

pytestmark = pytest.mark.django_db


def test_metrics_answer_to_their_token_alone(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    client.force_login(make_user("boss", is_superuser=True))

    answers = [client.get("/metrics", headers=headers).status_code for headers in (
        {}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {TOKEN}"})]  # fmt: skip

    assert answers == [401, 401, 200]


@pytest.mark.parametrize(("networks", "status"), [([], 401), (["10.0.0.0/8"], 401), (["127.0.0.0/8"], 200)])
def test_without_a_token_only_named_networks_are_answered(
    networks: list[str], status: int, client: Client, settings: Settings
) -> None:
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = "", networks

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == status


def test_they_tell_how_the_work_stands(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    make_running_pilot(now=timezone.now())
    client.get("/login/")

    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()

    assert NAMES - set(re.findall(r"^(\w+)", text, re.MULTILINE)) == set()
    assert 'pilotage_pilots{state="running"} 1.0' in text
    assert 'pilotage_flags{flag="none"} 1.0' in text
    assert 'pilotage_http_request_seconds_count{method="GET",status="2xx",view="login"}' in text


def test_what_cannot_be_told_is_left_out_and_never_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.queues.depths", lambda: None)
    monkeypatch.setattr("config.heartbeats.shown", lambda: None)

    names = {family.name for family in StateCollector().collect()}

    assert {"pilotage_queue_messages", "pilotage_parts", "pilotage_beat_age_seconds"} & names == set()
    assert "pilotage_runs" in names


def test_every_metric_that_an_alert_names_is_told(client: Client, settings: Settings) -> None:
    from pathlib import Path

    settings.METRICS_TOKEN = TOKEN
    rules = (Path(__file__).parents[2] / "docs" / "alerts.yaml").read_text()
    told = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()

    asked = set(re.findall(r"pilotage_\w+", rules)) - {
        "pilotage_beat_age_seconds"
    }  # nothing was sent in a test
    assert asked
    assert {name for name in asked if name not in told} == set()
