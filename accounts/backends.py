from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest

PEOPLE = "accounts.backends.People"


class People(ModelBackend):
    """The people of this Pilotage, whichever way they came in. By password only where the settings allow it."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:  # type: ignore[override]
        return super().authenticate(request, **credentials) if settings.PASSWORD_SIGN_IN else None
