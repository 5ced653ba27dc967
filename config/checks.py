"""What production must be given; each check names one setting and how to set it."""

import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Critical, register
from django.core.exceptions import ImproperlyConfigured


def _given(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


REQUIRED = {
    "SECRET_KEY": ("pilotage.E001", "Set SECRET_KEY (or SECRET_KEY_FILE) to at least 50 random characters."),
    "ALLOWED_HOSTS": (
        "pilotage.E002",
        "Set ALLOWED_HOSTS to the host names people use, separated by commas.",
    ),
    "DATABASE_URL": ("pilotage.E003", "Set DATABASE_URL to postgres://user:password@host:5432/name."),
}


@register()
def production_settings_are_given(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """One error for each setting that production was started without."""
    return [
        Critical(f"{name} is not set.", hint=REQUIRED[name][1], id=REQUIRED[name][0]) for name in _missing()
    ]


def refuse_an_incomplete_start() -> None:
    """For web servers and workers, which run no system checks. Raises ImproperlyConfigured that names what is missing."""
    if missing := _missing():
        hints = " ".join(REQUIRED[name][1] for name in missing)
        raise ImproperlyConfigured(f"{', '.join(missing)} not set. {hints}")


def _missing() -> list[str]:
    return [] if settings.LOCAL else [name for name in REQUIRED if not _given(name)]


@register()
def database_is_postgresql(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        return []
    return [Critical("Pilotage needs PostgreSQL.", hint=REQUIRED["DATABASE_URL"][1], id="pilotage.E004")]
