"""The parts that people can have, and what each needs beside its group."""

from django.contrib.auth.models import User

ADMINISTRATORS = "administrators"
"""No group: superusers."""
GROUPS = ("Owners", "Managers", "Reviewers", "Auditors", "Viewers")
STAFF = frozenset({"Owners", "Auditors"})
"""Who works in the admin."""


def parts_of(person: User) -> set[str]:
    """The names of the groups she is in, and of the administrators if she is one."""
    named = set(person.groups.values_list("name", flat=True))
    return named | {ADMINISTRATORS} if person.is_superuser else named
