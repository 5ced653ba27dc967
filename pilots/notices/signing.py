"""Webhooks are signed as Standard Webhooks says: HMAC-SHA256 over id, timestamp and body, base64, with a `v1,` before it."""

import base64
import hashlib
import hmac
from datetime import datetime

TOLERANCE_S = 300
"""A receiver should refuse what is older."""


def headers(*, secret: bytes, event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": event_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature(secret=secret, event_id=event_id, stamp=stamp, body=body)}",
    }


def signature(*, secret: bytes, event_id: str, stamp: str, body: bytes) -> str:
    signed = b".".join((event_id.encode(), stamp.encode(), body))
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
