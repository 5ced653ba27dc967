"""How people are named."""

from django.contrib.auth.models import User


def name(person: User) -> str:
    """The full name, or the user name of somebody who gave none."""
    return person.get_full_name() or person.get_username()
