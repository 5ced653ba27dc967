"""At the wire: a real HTTP server on loopback, and Django's mail kept in memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail

from tests.copied_rows import copied

if TYPE_CHECKING:
    from pilots.models import Delivery, Pilot

pytestmark = pytest.mark.django_db


class Receiver(ThreadingHTTPServer):
    """Keeps what it was sent; answers with the next of `answers`, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        receiver: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
        self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.NOTIFICATIONS_ALLOWED_HOSTS = [f"127.0.0.1:{server.server_port}"]
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@copied
def known_by_mail() -> Pilot:
    from tests.factories import make_manager, make_owner, make_running_pilot

    return make_running_pilot(
        owner=make_owner("olivia", email="olivia@example.org"), decider=make_manager("maria")
    )


@pytest.fixture
def pilot() -> Pilot:
    return known_by_mail()


def route(pilot: Pilot, address: str, channel: str = "webhook") -> Delivery:
    """One message that waits for one route."""
    from pilots.actions.notifications import outbox
    from pilots.models import Delivery, MailChoice, Route
    from tests.factories import NOW

    MailChoice.objects.create(person=pilot.owner, muted=["silent"])
    Route.objects.create(pilot=pilot, channel=channel, address=address, made_by=pilot.owner, made_at=NOW)
    outbox.write(kind="silent", key="a", pilot=pilot, title="A <b>", text="Nothing & no <@here>.", now=NOW)
    return Delivery.objects.get(notice__key="a")


def test_a_webhook_arrives_signed_and_the_receiver_can_check_it(pilot: Pilot, receiver: Receiver) -> None:
    from pilots.actions.notifications import delivering, webhooks
    from pilots.notices.signing import signature
    from tests.factories import NOW

    delivery = route(pilot, receiver.url)

    assert delivering.deliver_due(now=NOW) == 1

    headers, body = receiver.got[0]
    wanted = signature(
        secret=webhooks.secret_of(delivery.route).encode(),
        event_id=headers["webhook-id"],
        stamp=headers["webhook-timestamp"],
        body=body,
    )
    assert headers["webhook-signature"] == f"v1,{wanted}"
    assert headers["webhook-id"] == str(delivery.event_id) == json.loads(body)["id"]
    assert (json.loads(body)["type"], json.loads(body)["pilot"]) == ("silent", "clause-check")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.answer) == ("sent", 1, "answered 200")


def test_a_host_that_is_down_is_tried_again_with_the_same_id_and_told_once(
    pilot: Pilot, receiver: Receiver
) -> None:
    from pilots.actions.notifications import delivering
    from tests.factories import NOW

    receiver.answers = [503]
    delivery = route(pilot, receiver.url)

    sent = [delivering.deliver_due(now=NOW + timedelta(minutes=minute)) for minute in (0, 0, 1, 2)]

    delivery.refresh_from_db()
    assert sent == [0, 0, 1, 0]
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert (len(receiver.got), delivery.attempts, delivery.state) == (2, 2, "sent")


def test_a_worker_that_was_killed_while_sending_is_replaced_and_two_at_once_send_once(
    pilot: Pilot, receiver: Receiver
) -> None:
    from pilots.actions.notifications import delivering
    from pilots.models import Delivery
    from tests.factories import NOW

    delivery = route(pilot, receiver.url)
    Delivery.objects.update(state="sending", attempts=1, next_at=NOW + delivering.CLAIMED_FOR)  # killed here

    early = delivering.deliver(delivery_id=delivery.pk, now=NOW + timedelta(minutes=1))
    later = [delivering.deliver(delivery_id=delivery.pk, now=NOW + timedelta(minutes=3)) for _ in range(2)]

    assert (early, later, len(receiver.got)) == (False, [True, False], 1)


def test_what_will_never_be_taken_is_given_up_at_once(pilot: Pilot, receiver: Receiver) -> None:
    from pilots.actions.notifications import delivering
    from tests.factories import NOW

    receiver.answers = [410]
    delivery = route(pilot, receiver.url)

    delivering.deliver_due(now=NOW)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer) == ("failed", "It answered 410.")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/hook", "http://localhost:9/hook", "http://169.254.169.254/latest"]
)
def test_private_addresses_are_refused_unless_they_are_allowed(
    pilot: Pilot, settings: Any, address: str
) -> None:
    from pilots.actions.notifications import delivering
    from tests.factories import NOW

    settings.NOTIFICATIONS_ALLOWED_HOSTS = []
    delivery = route(pilot, address)

    delivering.deliver_due(now=NOW)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("failed", 1)
    assert "private address" in delivery.answer or "Never allowed" in delivery.answer


def test_slack_gets_text_always_and_no_mention_out_of_what_somebody_wrote(
    pilot: Pilot, receiver: Receiver
) -> None:
    from pilots.actions.notifications import delivering
    from tests.factories import NOW

    route(pilot, receiver.url, "slack")

    delivering.deliver_due(now=NOW)

    headers, body = receiver.got[0]
    sent = json.loads(body)
    assert sent["text"].startswith("A <b>: Nothing")
    assert sent["blocks"][0]["text"]["text"] == "*A &lt;b&gt;*\nNothing &amp; no &lt;@here&gt;."
    assert "webhook-signature" not in headers


def test_a_mail_reads_without_pictures_and_carries_the_chart(pilot: Pilot) -> None:
    from pilots.actions import measurements, verdicts
    from pilots.actions.notifications import delivering
    from tests.factories import NOW, make_rows

    measurements.record(pilot=pilot, rows=make_rows(40, value=3.0, phase="baseline"), now=NOW, atomic=True)
    measurements.record(pilot=pilot, rows=make_rows(40, value=6.0), now=NOW, atomic=True)
    verdicts.judge(pilot_id=pilot.pk, now=NOW)

    delivering.deliver_due(now=NOW)

    sent = next(each for each in mail.outbox if each.subject == "Clause check: The flag is Stop")
    html, image = sent.alternatives[0][0], sent.attachments[0]
    assert sent.to == ["olivia@example.org"]
    assert sent.body.startswith(
        "Clause check: The flag is Stop\n\nStop: review minutes 6 min against 3 min before"
    )
    assert 'src="cid:chart"' in html
    assert (image["Content-ID"], image.get_payload(decode=True)[:4]) == ("<chart>", b"\x89PNG")


def test_a_test_message_says_at_once_what_came_back(pilot: Pilot, receiver: Receiver) -> None:
    from pilots.actions.notifications import routes
    from tests.factories import NOW

    made = routes.add(pilot=pilot, channel="webhook", address=receiver.url, by=pilot.owner, now=NOW)
    receiver.answers = [500]

    first = routes.send_test(route=made, by=pilot.owner, now=NOW)
    second = routes.send_test(route=made, by=pilot.owner, now=NOW + timedelta(seconds=1))

    assert (first.state, first.answer) == ("waiting", "It answered 500.")
    assert (second.state, json.loads(receiver.got[1][1])["type"]) == ("sent", "test")


def test_only_who_runs_the_pilot_adds_a_route_and_not_to_a_private_address(
    pilot: Pilot, settings: Any
) -> None:
    from pilots.actions.notifications import routes
    from pilots.actions.refusals import NotAllowed, Refused
    from tests.factories import NOW

    settings.NOTIFICATIONS_ALLOWED_HOSTS = []
    with pytest.raises(NotAllowed):
        routes.add(pilot=pilot, channel="mail", address="a@b.org", by=pilot.decider, now=NOW)
    for channel, address in (("mail", "no address"), ("webhook", "ftp://a"), ("webhook", "http://metadata/")):
        with pytest.raises(Refused):
            routes.add(pilot=pilot, channel=channel, address=address, by=pilot.owner, now=NOW)


def test_slow_servers_hold_up_neither_judging_nor_a_turn_for_long(
    pilot: Pilot, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from celery import current_app

    from pilots.actions.notifications import delivering
    from pilots.models import Delivery
    from tests.factories import NOW

    waiting = route(pilot, receiver.url)
    Delivery.objects.create(
        notice=waiting.notice,
        channel="webhook",
        address=receiver.url + "/2",
        route=waiting.route,
        next_at=NOW,
    )
    monkeypatch.setattr(delivering, "LONGEST", 0)

    turns = [delivering.deliver_due(now=NOW) for _ in range(3)]

    queues = [
        current_app.amqp.router.route({}, name)["queue"].name for name in ("pilots.deliver", "pilots.judge")
    ]
    assert (turns, queues) == ([1, 1, 0], ["notices", "celery"])
