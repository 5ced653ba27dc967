"""A person is erased: a pseudonym takes her place everywhere, and all that was signed, said and counted holds as before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import CASCADE, Q

from pilots.actions import audit, tokens
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Delivery, Pilot, Route, Token
from pilots.models.notification import Channel, DeliveryState
from pilots.models.pilot import SETTLED
from pilots.queries import people

NOT_HERS = (LogEntry,)
"""Hangs on a person, but is a record of what was done: it stays, under her pseudonym."""
PLACES = "SELECT place, kept, named FROM pilotage_places_of_person(%s, %s, %s)"
ERASE = "SELECT place, changed FROM pilotage_erase_person(%s, %s, %s)"


@dataclass(frozen=True)
class Places:
    """Rows by `table.column` that name a person: in `replaced` her pseudonym takes the place of it; in `kept` it stays,
    since the text is hashed or counted. `namesakes`: others of the same name, whom a text may have meant."""

    pseudonym: str
    replaced: dict[str, int]
    kept: dict[str, int]
    namesakes: int


def look(person: User) -> Places:
    """What an erasure would do. Reads every text of the database."""
    rows = _asked(PLACES, person)
    same = User.objects.exclude(pk=person.pk).filter(first_name=person.first_name, last_name=person.last_name)
    return Places(
        pseudonym=people.pseudonym(person),
        replaced={place: found for place, kept, found in rows if not kept},
        kept={place: found for place, kept, found in rows if kept},
        namesakes=same.count() if person.get_full_name() else 0,
    )


@transaction.atomic
def erase(*, person: User, by: User | None, reason: str, now: datetime) -> Places:
    """Name, e-mail and user name are gone for good, and with them every way to sign in, to act and to be told.

    `by` None: at the command line. Raises NotAllowed, or Refused for who still has a part in an open pilot, and for the
    last administrator.
    """
    if by is not None and not (by.is_active and by.is_superuser):
        raise NotAllowed("Only administrators erase people.")
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    _check(person, by=by, reason=reason)
    found = look(person)
    _end_what_she_can_do(person, by=by, now=now)
    replaced = dict(_asked(ERASE, person))
    _forget(person)
    audit.record(
        verb="person.erased",
        by=by,
        now=now,
        reason=reason.strip(),
        after={"person": found.pseudonym, "replaced": replaced, "kept": found.kept},
    )
    return Places(found.pseudonym, replaced, found.kept, found.namesakes)


def is_erased(person: User) -> bool:
    return person.get_username() == f"person-{people.code(person)}"


def _check(person: User, *, by: User | None, reason: str) -> None:
    if not reason.strip():
        raise Refused(
            "Say why, such as “asked for by mail of 3 May”, without the name.", code="reason_missing"
        )
    if person == by:
        raise Refused("Nobody erases herself: another administrator does it.", code="herself")
    if is_erased(person):
        raise Refused(f"{person} has been erased already.", code="erased")
    if (
        person.is_superuser
        and not User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk).exists()
    ):
        raise Refused("She is the last administrator. Make another one first.", code="last_administrator")
    has_a_part = Q(owner=person) | Q(deputy=person) | Q(decider=person)
    if open_ones := Pilot.objects.exclude(state__in=SETTLED).filter(has_a_part).order_by("slug"):
        names = ", ".join(pilot.name for pilot in open_ones)
        raise Refused(
            f"She owns, stands in for or decides {names}. Hand over first: Hand over for the owner, the charter for the "
            "deputy, an administrator for the decider.",
            code="has_a_part",
        )


def _end_what_she_can_do(person: User, *, by: User | None, now: datetime) -> None:
    for token in Token.objects.filter(created_by=person, revoked_at=None):
        tokens.revoke(token=token, by=by, now=now)
    for session in Session.objects.iterator():
        if str(session.get_decoded().get("_auth_user_id")) == str(person.pk):
            session.delete()
    if person.email:
        Route.objects.filter(channel=Channel.MAIL, address__iexact=person.email).delete()
    waiting = Delivery.objects.filter(person=person, state__in=[DeliveryState.WAITING, DeliveryState.SENDING])
    waiting.update(state=DeliveryState.FAILED, answer="Not sent: she was erased.")
    for relation in User._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        if getattr(relation, "on_delete", None) is CASCADE and model not in NOT_HERS:
            model._base_manager.filter(**{name: person}).delete()
    _forget_sign_ins(person)


def _forget_sign_ins(person: User) -> None:
    for name in ("AccessAttempt", "AccessLog", "AccessFailureLog"):
        apps.get_model("axes", name)._default_manager.filter(username=person.get_username()).delete()


def _forget(person: User) -> None:
    code = people.code(person)
    person.username, person.first_name, person.last_name = f"person-{code}", "Person", code
    person.email, person.last_login = "", None
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
    person.pilots_to_read.clear()


def _asked(statement: str, person: User) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [person.pk, people.code(person), _is_a_name(person.get_username())])
        rows: list[Any] = cursor.fetchall()
        return rows


def _is_a_name(username: str) -> bool:
    """A user name such as `stop` cannot be told from our own words: it is taken out where people stand, not of texts."""
    return len(username) > 2 and username not in set(_words())


def _words() -> Iterator[str]:
    for model in apps.get_models():
        yield model._meta.model_name or ""
        for field in model._meta.get_fields():
            yield field.name
            choices = getattr(field, "choices", None)
            for value, label in choices or ():
                yield from (str(value), *str(label).lower().split())
