"""A notice as a JSON post: signed for a plain webhook, `text` and blocks for a Slack-compatible one.

Connections go through the same guard as those to models: the address that was checked is the one that is reached.
"""

import asyncio
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from django.conf import settings

from evaluations.providers.credentials import Credential
from evaluations.providers.destinations import AllowedHosts, DestinationRefused
from pilots.actions.notifications.mail import address_of
from pilots.actions.notifications.undelivered import Undelivered
from pilots.models import Delivery, Route
from pilots.notices import signing

TIMEOUT_S = 10.0
SENT = frozenset({"webhook-id", "webhook-timestamp", "webhook-signature"})
FINAL = {400, 401, 403, 404, 405, 410, 413, 415, 422}
"""Answers that another try would not change."""


def secret_of(route: Route) -> str:
    """What the receiver checks signatures with; made of the instance's own secret, so it is stored nowhere."""
    derived = hmac.new(
        settings.SECRET_KEY.encode(), f"route:{route.pk}:{route.salt}".encode(), hashlib.sha256
    )
    return f"whsec_{derived.hexdigest()}"


def send(delivery: Delivery, *, now: datetime) -> str:
    """Raises Undelivered."""
    if delivery.route is None:
        raise Undelivered("The route was removed.", worth_another_try=False)
    body = json.dumps(payload(delivery), ensure_ascii=False).encode()
    secret = secret_of(delivery.route).encode()
    signed = signing.headers(secret=secret, event_id=str(delivery.event_id), at=now, body=body)
    return _post(delivery.address, body, signed)


def send_slack(delivery: Delivery, *, now: datetime) -> str:
    """Raises Undelivered."""
    notice, address = delivery.notice, address_of(delivery.notice)
    said = f"*{_plain(notice.title)}*\n{_plain(notice.text)}"
    body = {
        "text": f"{notice.title}: {notice.text} {address}",
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": said[:2900]}},
            {"type": "context", "elements": [{"type": "mrkdwn", "text": f"<{address}|Open in Pilotage>"}]},
        ],
    }
    return _post(delivery.address, json.dumps(body).encode(), {})


def payload(delivery: Delivery) -> dict[str, Any]:
    """`id` names the event on every attempt, so that a receiver can tell a repeat."""
    notice = delivery.notice
    verdict = notice.verdict
    return {
        "id": str(delivery.event_id),
        "type": notice.kind,
        "timestamp": notice.made_at.isoformat(),
        "pilot": notice.pilot.slug if notice.pilot else None,
        "title": notice.title,
        "text": notice.text,
        "url": address_of(notice),
        "verdict": {"number": verdict.number, "flag": verdict.flag, "evidence_hash": verdict.evidence_hash}
        if verdict
        else None,
    }


def _plain(text: str) -> str:
    """Slack's own escapes: nothing that somebody wrote becomes a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _post(address: str, body: bytes, headers: dict[str, str]) -> str:
    import httpx2  # noqa: PLC0415  weighs 4 MiB with our transport: for the workers that send

    try:
        status = asyncio.run(_posted(address, body, {"content-type": "application/json", **headers}))
    except DestinationRefused as refusal:
        raise Undelivered(str(refusal), worth_another_try=False) from refusal
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError) as error:
        raise Undelivered(f"No answer: {type(error).__name__}.") from error
    if 200 <= status < 300:
        return f"answered {status}"
    raise Undelivered(f"It answered {status}.", worth_another_try=status not in FINAL)


async def _posted(address: str, body: bytes, headers: dict[str, str]) -> int:
    import httpx2  # noqa: PLC0415  as above

    from evaluations.providers.connection import (  # noqa: PLC0415
        SENT_HEADERS,
        GuardedTransport,
        timeouts,
    )

    allowed = AllowedHosts.parse(settings.NOTIFICATIONS_ALLOWED_HOSTS, anywhere=True)
    transport = GuardedTransport(allowed, Credential(), sent=SENT_HEADERS | SENT)
    async with (
        asyncio.timeout(2 * TIMEOUT_S),
        httpx2.AsyncClient(
            transport=transport, follow_redirects=False, trust_env=False, timeout=timeouts(TIMEOUT_S)
        ) as client,
        client.stream("POST", address, content=body, headers=headers) as answer,
    ):
        return answer.status_code
