"""Errors told to Sentry, where an address of it is set. What is sent is named here; all else is left out, since a message, a
variable or a body may hold what somebody asked a model, or a secret."""

from collections.abc import Collection
from typing import Any

import structlog

from config.logs import Blotter

KEPT = frozenset(
    {"event_id", "timestamp", "level", "platform", "environment", "release", "logger", "transaction", "sdk"}
)
OF_A_FRAME = frozenset(
    {"filename", "module", "function", "lineno", "in_app", "pre_context", "context_line", "post_context"}
)
IDS = ("request_id", "pilot", "task", "task_id", "pilot_id", "run_id", "trace_id")


def report(*, dsn: str, environment: str, known: Collection[str]) -> None:
    # Loaded by those who set it alone.
    import sentry_sdk  # noqa: PLC0415
    from sentry_sdk.integrations.celery import CeleryIntegration  # noqa: PLC0415
    from sentry_sdk.integrations.django import DjangoIntegration  # noqa: PLC0415
    from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: PLC0415

    blotter = Blotter(known)

    def told(event: Any, hint: Any) -> Any:
        return blotter.blotted(kept_of(event, hint))

    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        default_integrations=False,  # those for models' clients would send what was asked and answered
        integrations=[
            DjangoIntegration(middleware_spans=False, signals_spans=False),
            CeleryIntegration(),
            LoggingIntegration(),
        ],
        max_request_body_size="never",
        max_breadcrumbs=0,
        include_local_variables=False,
        auto_session_tracking=False,
        server_name="",
        before_send=told,
    )


def kept_of(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """Where it broke, of what type it is, and the ids that find it in our log: that has the message."""
    ids = {name: str(value) for name, value in structlog.contextvars.get_contextvars().items() if name in IDS}
    kept = {name: value for name, value in event.items() if name in KEPT} | {"tags": ids}
    if "exception" in event:
        kept["exception"] = {"values": [_of_exception(each) for each in event["exception"].get("values", [])]}
    elif record := hint.get("log_record"):
        kept["logentry"] = {"message": _said(record.msg)}
    return kept


def _of_exception(exception: dict[str, Any]) -> dict[str, Any]:
    frames = (exception.get("stacktrace") or {}).get("frames", [])
    return {
        "type": exception.get("type"),
        "module": exception.get("module"),
        "mechanism": {"type": "generic", "handled": False},
        "stacktrace": {
            "frames": [
                {name: value for name, value in frame.items() if name in OF_A_FRAME} for frame in frames
            ]
        },
    }


def _said(message: Any) -> str:
    """The words of the program, without what it filled in."""
    return str(message.get("event", "")) if isinstance(message, dict) else str(message)
