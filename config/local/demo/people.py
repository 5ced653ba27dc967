"""The people of the demo. All share one password, made for this instance."""

from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group, User


@dataclass(frozen=True)
class Person:
    username: str
    first_name: str
    last_name: str
    role: str
    group: str
    staff: bool = False
    superuser: bool = False


PEOPLE = (
    Person("admin", "Ada", "Admin", "administrator", "", staff=True, superuser=True),
    Person("olivia", "Olivia", "Okafor", "owner", "Owners", staff=True),
    Person("tomas", "Tomás", "Rivera", "owner", "Owners", staff=True),
    Person("maria", "Maria", "Lindqvist", "manager", "Managers"),
    Person("jonas", "Jonas", "Weber", "manager, the second signer", "Managers"),
    Person("audrey", "Audrey", "Petit", "auditor", "Auditors", staff=True),
    Person("victor", "Victor", "Hahn", "viewer", "Viewers"),
)


def load(*, password: str) -> dict[str, User]:
    """Makes who is missing and sets everybody's password; by username."""
    found = {}
    hashed = _hashed(password)
    for person in PEOPLE:
        user, made = User.objects.get_or_create(
            username=person.username,
            defaults={
                "first_name": person.first_name,
                "last_name": person.last_name,
                "email": f"{person.username}@example.org",
                "is_staff": person.staff,
                "is_superuser": person.superuser,
            },
        )
        if made and person.group:
            user.groups.add(Group.objects.get(name=person.group))
        if user.password != hashed:
            user.password = hashed
            user.save(update_fields=["password"])
        found[person.username] = user
    return found


def _hashed(password: str) -> str:
    """One for all: each hash takes a third of a second of CPU. The one of the last start when it still fits."""
    last = User.objects.filter(username=PEOPLE[0].username).values_list("password", flat=True).first()
    return last if last and check_password(password, last) else make_password(password)
