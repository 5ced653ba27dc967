"""The Celery application: `celery -A config worker`."""

import gc
import os
from importlib import import_module

from celery import Celery
from celery.signals import beat_init, celeryd_init, worker_init, worker_process_init

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
    """The processes of a worker share what was loaded before they were made."""
    for name in ("pilots.actions.verdicts", "pilots.actions.runs", "evaluations.actions.execution"):
        import_module(name)
    gc.collect()
    gc.freeze()


@worker_process_init.connect
def end_with_the_worker(**_: object) -> None:
    """A pool process must not outlive a worker that was killed: it would work on with nobody to acknowledge it."""
    from config.local.orphans import die_with_parent

    die_with_parent()
