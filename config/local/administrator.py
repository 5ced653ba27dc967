"""The catalogue and the one login of an instance without the demo: `python -m config.local.administrator`.

Prints the login as JSON.
"""

import json
import os

import django

USERNAME = "admin"


def ensure(password: str) -> dict[str, str]:
    """The administrator exists and has this password, whatever it was before."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - needs the settings to be read

    user, _ = get_user_model().objects.get_or_create(username=USERNAME)
    user.is_staff = user.is_superuser = user.is_active = True
    user.set_password(password)
    user.save()
    return {"username": USERNAME, "password": password, "role": "Administrator"}


def load_catalogue() -> None:
    from django.utils import timezone  # noqa: PLC0415

    from evaluations.actions import catalogue_facts  # noqa: PLC0415

    catalogue_facts.load(now=timezone.now())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    load_catalogue()
    print(json.dumps({"logins": [ensure(os.environ["PILOTAGE_DEMO_PASSWORD"])], "token": ""}))
