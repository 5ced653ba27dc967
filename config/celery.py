"""The Celery application: `celery -A config worker`."""

import os

from celery import Celery
from celery.signals import beat_init, celeryd_init, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("pilotage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
@beat_init.connect
def refuse_an_incomplete_start(**_: object) -> None:
    from config import checks

    checks.refuse_an_incomplete_start()


@worker_process_init.connect
def end_with_the_worker(**_: object) -> None:
    """A pool process must not outlive a worker that was killed: it would work on with nobody to acknowledge it."""
    from config.local.orphans import die_with_parent

    die_with_parent()
