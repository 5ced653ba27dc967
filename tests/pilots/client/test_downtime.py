"""A script survives our downtime: what it posts is kept, sent once we are back, and counts once."""

import json
import signal
import subprocess
import sys
from typing import Any

import pytest

from config.local.state import ROOT
from pilots.client import Client
from pilots.client.delivery import Delivery
from pilots.models import Measurement
from tests.pilots.client.line import Line

pytestmark = pytest.mark.django_db(transaction=True)
COMMAND = [sys.executable, "-m", "pilots.client"]


def stored() -> list[float]:
    return [float(value) for value in Measurement.objects.order_by("value").values_list("value", flat=True)]


def test_what_was_posted_while_the_server_was_down_counts_once_when_it_is_back(script: Client, line: Line):
    line.state = "cut"
    kept = [script.post("review_minutes", minutes, unit_id=f"c-{minutes}") for minutes in (1, 2, 3)]
    nothing_yet = stored()

    line.state = "open"
    first, second = script.flush(), script.flush()

    assert [(each.waiting, each.rejected) for each in kept] == [(True, {})] * 3
    assert nothing_yet == []
    assert (first.created, first.problem, second.created) == (3, "", 0)
    assert stored() == [1.0, 2.0, 3.0]


def test_a_server_that_is_down_is_not_asked_with_each_post(script: Client, line: Line):
    line.state = "cut"

    for minutes in range(5):
        script.post("review_minutes", minutes)

    assert line.calls == 1


def test_a_flush_that_is_killed_after_the_server_took_the_rows_leads_to_no_second_ones(
    script: Client, line: Line
):
    line.state = "cut"
    script.post_rows({"metric": "review_minutes", "value": minutes} for minutes in range(50))
    line.state = "answers_lost"

    flushing = subprocess.Popen([*COMMAND, "flush"], cwd=ROOT, stdout=subprocess.DEVNULL)
    assert line.answer_was_lost.wait(30)
    flushing.send_signal(signal.SIGKILL)
    flushing.wait()
    line.state = "open"
    again = script.flush()

    assert (again.created + again.duplicates, again.problem) == (50, "")
    assert stored() == [float(minutes) for minutes in range(50)]
    assert list(script.spool.parcels()) == []


def test_two_processes_that_flush_at_once_send_each_row_once(script: Client, line: Line):
    line.state = "cut"
    script.post_rows({"metric": "review_minutes", "value": minutes} for minutes in range(20))
    line.state = "open"

    both = [
        subprocess.Popen([*COMMAND, "flush"], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    said = sorted(process.communicate()[0] for process in both)

    assert said == [
        "0 sent, 0 were there already, 0 rejected\n",
        "20 sent, 0 were there already, 0 rejected\n",
    ]
    assert stored() == [float(minutes) for minutes in range(20)]


def test_rejected_rows_are_kept_with_the_reason_and_hold_nothing_up(script: Client):
    receipt = script.post_rows(
        [{"metric": "review_minutes", "value": 1}, {"metric": "minutes", "value": 2, "external_id": "odd"}]
    )

    kept = [json.loads(each) for each in script.spool.rejected.read_text().splitlines()]
    assert list(receipt.rejected) == ["odd"]
    assert [(each["row"]["metric"], each["row"]["value"], each["pilot"]) for each in kept] == [
        ("minutes", 2, "clause-check")
    ]
    assert kept[0]["reasons"] == receipt.rejected["odd"]
    assert "minutes" in kept[0]["reasons"][0]
    assert (stored(), list(script.spool.parcels())) == ([1.0], [])


def test_a_row_that_spoils_its_batch_is_rejected_alone(script: Client):
    rows = [{"metric": "review_minutes", "value": minutes} for minutes in range(8)]
    rows[5]["unit_id"] = "zero\x00byte"

    receipt = script.post_rows(rows)

    assert (len(receipt.rejected), stored()) == (1, [0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 7.0])


def test_a_token_that_was_revoked_loses_no_row(script: Client, pilot: Any, monkeypatch: pytest.MonkeyPatch):
    from django.utils import timezone

    from pilots.actions import tokens
    from tests.factories import make_token

    tokens.revoke(token=pilot.tokens.get(), by=None, now=timezone.now())
    receipt = script.post("review_minutes", 4)
    monkeypatch.setenv("PILOTAGE_TOKEN", make_token(pilot)[1])
    Client().flush()

    assert receipt.waiting
    assert "revoked" in receipt.problem
    assert stored() == [4.0]


def test_the_seconds_that_the_server_asks_for_are_waited(script: Client, settings: Any):
    settings.TOKEN_REQUESTS_PER_SECOND, settings.TOKEN_REQUESTS_BURST = 0.1, 1
    time, waited = [0.0], []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        time[0] += seconds
        settings.TOKEN_REQUESTS_PER_SECOND = 0

    script.post("review_minutes", 1)
    script.post("review_minutes", 2)
    delivery = Delivery(script.signed_in(), script.spool, sleep=sleep, clock=lambda: time[0])
    done = delivery.run(patience=60, wait_for_others=0)

    assert (done.created, len(waited)) == (1, 1)
    assert 9 <= waited[0] <= 11


def test_timing_posts_the_seconds_and_a_failure_as_a_failure(script: Client):
    @script.timed("latency", scale=1000, unit_id="decorated")
    def quick() -> str:
        return "answer"

    with script.timed("latency", unit_id="block") as block:
        block.note(segment="long")
    with pytest.raises(ZeroDivisionError), script.timed("latency", unit_id="failed"):
        _ = 1 / 0
    with pytest.raises(TimeoutError), script.timed("latency", unit_id="late"):
        raise TimeoutError

    assert quick() == "answer"
    rows = Measurement.objects.order_by("id").values_list("unit_id", "outcome", "segment")
    assert list(rows) == [
        ("block", "ok", "long"),
        ("failed", "error", ""),
        ("late", "timeout", ""),
        ("decorated", "ok", ""),
    ]
    assert all(0 <= value < 60 for value in stored())
