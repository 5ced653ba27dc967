"""Edits name the state they start from (If-Match), so that two of them do not undo each other unseen."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from config.api import Problem


def etag(shown: Mapping[str, Any]) -> str:
    """Changes whenever anything in the answer does."""
    text = json.dumps(shown, sort_keys=True, cls=JSONEncoder)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def refuse_outdated(request: Request, current: str) -> None:
    """Raises Problem 428 without If-Match, 412 when the row has changed since."""
    given = parse_etags(request.headers.get("If-Match", ""))
    if not given:
        raise Problem(
            status=428,
            code="if_match_missing",
            detail="Get the row first and send its ETag as If-Match with the change.",
        )
    if current not in given and given != ["*"]:
        raise Problem(
            status=412,
            code="changed_meanwhile",
            detail="Somebody changed it since. Get it again, look, and send the change once more.",
            headers={"ETag": current},
        )


def unchanged(request: Request, current: str) -> bool:
    """Whether the caller has this very state already (If-None-Match)."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return current in known or known == ["*"]
