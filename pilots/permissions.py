"""Who may do what to a pilot: one predicate an act. Doors ask these, and so do the actions themselves."""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from pilots.models import Pilot, Token
from pilots.models.token import Scope

Person = User | AnonymousUser
BACKEND = "django.contrib.auth.backends.ModelBackend"


def people_who(permission: str, *, include_superusers: bool = True) -> QuerySet[User]:
    """Active people with a permission, by group or in person. Other backends only keep people out."""
    return User.objects.with_perm(permission, backend=BACKEND, include_superusers=include_superusers)


def may_view(person: Person) -> bool:
    return person.is_active and person.has_perm("pilots.view_pilot")


def may_create(person: Person) -> bool:
    return person.is_active and person.has_perm("pilots.run_pilot")


def may_create_with(token: Token) -> bool:
    """Log a pilot: its later pilots are the token's business only when all are."""
    return Scope.ADMIN in token.scopes and token.all_pilots


def may_run(person: Person, pilot: Pilot) -> bool:
    """Edit the charter, start, pause, amend, make tokens: the owner, the deputy, or an administrator."""
    if not person.is_active or not person.has_perm("pilots.run_pilot"):
        return False
    return person.is_superuser or person.pk in {pilot.owner_id, pilot.deputy_id}


def may_change(person: Person, pilot: Pilot, token: Token | None = None) -> bool:
    """The same acts, by a person or with a token. A token's power is its own scope, whoever answers for it."""
    if token is None:
        return may_run(person, pilot)
    return Scope.ADMIN in token.scopes and (token.all_pilots or token.pilots.contains(pilot))


def answers_for(token: Token, pilot: Pilot) -> User:
    """The person behind what is done with a token: who made it; the owner for one made at the command line."""
    return token.created_by or pilot.owner


def may_sign(person: Person, pilot: Pilot) -> bool:
    """The named decider alone. No administrator signs in her place, and never the owner or the deputy."""
    return (
        person.is_active
        and person.has_perm("pilots.sign_pilot")
        and person.pk == pilot.decider_id
        and person.pk not in {pilot.owner_id, pilot.deputy_id}
    )


def may_sign_second(person: Person, pilot: Pilot) -> bool:
    """The second of two signatures: somebody who signs decisions, but neither runs this pilot nor wrote its memo."""
    if not (person.is_active and person.has_perm("pilots.sign_pilot")) or person.is_superuser:
        return False
    return (
        person.pk not in {pilot.owner_id, pilot.deputy_id}
        and not pilot.proposals.filter(proposed_by=person.pk).exists()
        and not pilot.answers.filter(written_by=person.pk).exists()
    )


def may_nudge(person: Person, pilot: Pilot) -> bool:
    """Remind who runs the pilot of what is overdue: the named decider, or an administrator."""
    return may_sign(person, pilot) or (person.is_active and person.is_superuser)


def may_second(person: Person, pilot: Pilot, proposer: User) -> bool:
    """Agree to a loosened plan, or decline it: somebody who may run or sign the pilot, other than who proposed it."""
    return person.pk != proposer.pk and (may_run(person, pilot) or may_sign(person, pilot))


def may_report(person: Person, pilot: Pilot) -> bool:
    """Report an incident or pull the kill switch: who runs or signs the pilot, and whoever reviews its answers."""
    reviews = person.is_active and person.has_perm("pilots.review_pilot")
    return reviews or may_run(person, pilot) or may_sign(person, pilot)


def may_comment(person: Person, pilot: Pilot) -> bool:
    """Remark something beside a question of the memo: who runs the pilot, whoever signs decisions or reviews answers."""
    signs = person.is_active and person.has_perm("pilots.sign_pilot")
    return signs or may_report(person, pilot)


def may_audit(person: Person) -> bool:
    return person.is_active and person.has_perm("pilots.view_event")
