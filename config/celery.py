"""The Celery application: `python -m config.run_celery -A config worker`."""

import gc
import os
from contextlib import suppress
from importlib import import_module
from typing import Any

from celery import Celery
from celery.signals import (
    beat_init,
    before_task_publish,
    celeryd_init,
    heartbeat_sent,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_init,
    worker_process_init,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Celery would load every page and form to check them. What a worker must have is checked below.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

app = Celery("pilotage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def refuse_an_incomplete_start(**_: object) -> None:
    from config import checks

    checks.refuse_an_incomplete_start()


@worker_init.connect
def load_before_forking(**_: object) -> None:
    """The processes of a worker share what was loaded before they were made, and what it did first: the code of a
    connection and of a query is made ready when it is first run, and each of them would keep a copy of all that."""
    from billiard.util import get_pdeathsig  # type: ignore[attr-defined]
    from django.db import OperationalError, connection

    for name in (
        "pilots.actions.verdicts",
        "pilots.actions.runs",
        "evaluations.actions.execution",
        "scipy.special",
    ):
        import_module(name)
    get_pdeathsig()  # each process asks the kernel to end with its parent, by a parser of C that takes 3 MiB
    with suppress(OperationalError):  # a worker may start before its database does
        import_module("pilots.models").Pilot.objects.first()
    connection.close()
    gc.collect()
    gc.freeze()


@worker_process_init.connect
def end_with_the_worker(**_: object) -> None:
    """A pool process must not outlive a worker that was killed: it would work on with nobody to acknowledge it."""
    from config.local.orphans import die_with_parent

    die_with_parent()


@heartbeat_sent.connect
def show_that_the_worker_lives(sender: Any, **_: object) -> None:
    from config import heartbeats

    heartbeats.show("worker", sender.eventer.hostname, {"queues": sorted(app.amqp.queues.consume_from)})


@setup_logging.connect
def log_as_the_settings_say(**_: object) -> None:
    """Connected to this signal, Celery leaves the loggers alone; Django has set them up by now."""


@before_task_publish.connect
def send_the_request_id_along(headers: dict[str, Any], **_: object) -> None:
    from structlog import contextvars

    if request_id := contextvars.get_contextvars().get("request_id"):
        headers["request_id"] = request_id


@task_prerun.connect
def name_the_task_in_its_lines(task_id: str, task: Any, kwargs: dict[str, Any], **_: object) -> None:
    """Every line of a task names it, what it works on, and the request that asked for it."""
    from structlog import contextvars

    contextvars.clear_contextvars()
    ids = {name: kwargs[name] for name in ("pilot_id", "run_id") if name in kwargs}
    asked_by = getattr(task.request, "request_id", None) or (task.request.headers or {}).get("request_id")
    contextvars.bind_contextvars(
        task=task.name, task_id=task_id, **ids, **({"request_id": asked_by} if asked_by else {})
    )


@task_postrun.connect
def forget_the_task(**_: object) -> None:
    from structlog import contextvars

    contextvars.clear_contextvars()
