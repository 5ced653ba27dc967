"""Who may do what to suites and runs, beyond Django's own view, add and change."""

from django.contrib.auth.models import AnonymousUser, User

Person = User | AnonymousUser


def may_start(person: Person) -> bool:
    """Who may change what is asked may also have it asked."""
    return person.is_active and _has_one(person, "evaluations.add_run", "evaluations.change_suite")


def may_cancel(person: Person) -> bool:
    return person.is_active and _has_one(person, "evaluations.change_run", "evaluations.change_suite")


def may_label(person: Person) -> bool:
    """Who may change suites or reviews answers may say which are right."""
    return person.is_active and _has_one(person, "evaluations.add_label", "evaluations.change_suite")


def _has_one(person: Person, *perms: str) -> bool:
    return any(person.has_perm(perm) for perm in perms)


def may_curate(person: Person) -> bool:
    """Who may change models decides which claim about one counts."""
    return person.is_active and person.has_perm("evaluations.change_aimodel")
