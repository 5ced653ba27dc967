"""Errors told to Sentry, where an address of it is set. Nothing personal and no body goes there."""

from typing import Any

from config.logs import Blotter


def report(*, dsn: str, environment: str) -> None:
    import sentry_sdk  # noqa: PLC0415 - loaded by those who set it alone

    blotter = Blotter([])

    def blotted(event: Any, hint: Any) -> Any:
        return blotter.blotted(event)

    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=blotted,
    )
