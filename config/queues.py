"""What goes into which queue, and how many messages wait in each, whichever broker carries them."""

from typing import Any

from celery import current_app
from django.conf import settings

PATIENCE = 2.0  # seconds
USUAL = "celery"
ROUTES: dict[str, dict[str, str]] = {
    "evaluations.execute_run": {"queue": "evaluations"},
    # They wait for mail servers and webhooks of others, and must not hold up judging meanwhile.
    "pilots.deliver": {"queue": "notices"},
    "pilots.tell_of_due": {"queue": "notices"},
    "pilots.send_digests": {"queue": "notices"},
}


def names() -> list[str]:
    return sorted({USUAL, *(route["queue"] for route in settings.CELERY_TASK_ROUTES.values())})


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
