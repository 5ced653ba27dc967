"""How people are named, and by what they are known where no name may stand."""

import hashlib
from collections.abc import Iterable

from django.contrib.auth.models import User


def name(person: User) -> str:
    """The full name, or the user name of somebody who gave none."""
    return person.get_full_name() or person.get_username()


def code(person: User) -> str:
    """Ten hex digits that stay hers for good, whatever she is called, and tell nothing of her."""
    told = f"person {person.pk} of {person.date_joined.isoformat()}"
    return hashlib.sha256(told.encode()).hexdigest()[:10]


def pseudonym(person: User) -> str:
    return f"Person {code(person)}"


def persons(found: Iterable[User | None]) -> dict[str, str]:
    """By pseudonym, what these people are called: their name, and their user name where that is another."""
    known = {}
    for person in found:
        if person is not None:
            known[pseudonym(person)] = name(person)
            if person.get_username() != name(person):
                known[f"person-{code(person)}"] = person.get_username()
    return known
