"""How many messages wait in each queue, whichever broker carries them."""

from typing import Any

from celery import current_app
from django.conf import settings

PATIENCE = 2.0  # seconds


def names() -> list[str]:
    return sorted({"celery", *(route["queue"] for route in settings.CELERY_TASK_ROUTES.values())})


def depths() -> dict[str, int] | None:
    """None when the broker does not answer."""
    try:
        with current_app.connection_for_read(connect_timeout=PATIENCE) as link:
            link.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)  # type: ignore[arg-type]
            channel = link.default_channel
            # Declared anew rather than looked for: asking RabbitMQ for a queue nobody made yet would be an error.
            queues: Any = current_app.amqp.queues
            return {name: int(queues[name].bind(channel).queue_declare().message_count) for name in names()}
    except Exception:
        return None
