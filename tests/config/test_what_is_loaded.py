"""Memory is what a process has imported: beat names tasks and no more, and a web server waits with what few requests need."""

import json
import os
import subprocess
import sys

from config.local.state import ROOT

LIBRARIES = {
    *("numpy", "scipy", "jsonschema", "re2", "rapidfuzz", "genai_prices", "openai", "anthropic"),
    *("httpx2", "cryptography.hazmat", "joserfc", "segno", "typst", "sentry_sdk"),
}
WORK = {
    "jinja2",
    "google.protobuf",
    "msgspec",
    "rest_framework.views",
    "pilots.actions.verdicts",
    "pilots.judging",
}
LOAD = f"""
import json, sys
import config.run_celery, celery.apps.beat, django
django.setup()
from config.celery import app
app.loader.import_default_modules()
import config.beat
beat = set(sys.modules)
import config.wsgi
print(json.dumps([sorted({LIBRARIES | WORK!r} & beat), sorted({LIBRARIES!r} & sys.modules.keys())]))
"""


def test_neither_beat_nor_a_web_server_loads_what_it_does_not_use() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOAD],
        cwd=ROOT,
        env=os.environ | {"PILOTAGE_ENV": "test", "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
    )

    assert json.loads(done.stdout or "0") == [[], []], done.stderr
