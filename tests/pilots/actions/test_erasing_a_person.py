"""A person is erased, and what she signed still holds."""

import json

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import Identity, RecoveryCode, SecondFactor
from pilots.actions import audit, charters, erasures, incidents, journal, memos, rollups, tokens, verdicts
from pilots.actions.refusals import NotAllowed, Refused
from pilots.judging.canonical import digest
from pilots.memos.structure import Document
from pilots.models import Decision, Event, MailChoice, Pilot, Route
from pilots.queries import chains, people
from tests.copied_rows import copied
from tests.factories import (
    NOW,
    answer_all,
    make_failures,
    make_user,
    make_worse_pilot,
    sign,
)

pytestmark = pytest.mark.django_db
WHY = "Asked for by mail of 3 May."
CALLED = ("Maria Wébér-Huber", "maria.weber", "m.weber@example.org")


@pytest.fixture
def administrator() -> User:
    return make_user("root", is_superuser=True, is_staff=True)


@pytest.fixture
@copied
def pilot() -> Pilot:
    """Owned by her, judged, with a kill switch that she pulled, and signed by somebody else."""
    made = make_worse_pilot()
    owner = made.owner
    owner.first_name, owner.last_name = "Maria", "Wébér-Huber"
    owner.username, owner.email = CALLED[1:]
    owner.save()
    incidents.report(
        pilot=made, kind="kill_switch", text="Maria Wébér-Huber saw it.", happened_at=NOW, by=owner, now=NOW
    )
    journal.write(
        pilot=made,
        kind="note",
        text="Write to m.weber@example.org.",
        happened_on=NOW.date(),
        by=owner,
        now=NOW,
    )
    answer_all(made)
    make_failures(made)
    charters.write_version(pilot=made, reason="As maria.weber said.", by=owner, now=NOW)
    verdicts.judge(pilot_id=made.pk, now=NOW)
    memos.propose(pilot=made, recommends="stop", note="It got worse.", by=owner, now=NOW)
    sign(made, "stop", reason="Maria Wébér-Huber and I agree.")
    return made


def erased(pilot: Pilot, by: User) -> str:
    return erasures.erase(person=pilot.owner, by=by, reason=WHY, now=NOW).pseudonym


def places_that_name(*names: str) -> list[str]:
    """Every column of every table, whatever its type, looked through row by row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(
                f"SELECT count(*) FROM {table} AS r WHERE r::text ILIKE ANY(%s)", [[f"%{n}%" for n in names]]
            )
            found += [table] if cursor.fetchone() != (0,) else []
    return found


def test_no_place_of_the_database_names_her_afterwards(pilot: Pilot, administrator: User) -> None:
    before = places_that_name(*CALLED)

    pseudonym = erased(pilot, administrator)

    assert {
        "auth_user",
        "pilots_event",
        "pilots_decision",
        "pilots_charterversion",
        "pilots_signedmemo",
    } <= set(before)
    assert places_that_name(*CALLED, "Wébér") == []
    pilot.owner.refresh_from_db()
    assert people.name(pilot.owner) == pseudonym


def test_evidence_statistics_and_what_was_signed_hold(pilot: Pilot, administrator: User) -> None:
    pseudonym = erased(pilot, administrator)

    assert chains.verify(pilot).differences == []
    assert rollups.recount(pilot=pilot, now=NOW).differences == []
    decision = Decision.objects.get()
    kept = decision.memo
    document = Document.read(kept.data, kept.persons)
    assert (digest(kept.data.encode()), document.hash) == (kept.data_hash, kept.data_hash)
    assert document.memo.fingerprint == decision.memo_hash
    version = pilot.charters.first()
    assert version is not None
    assert version.charter_hash == digest(
        json.dumps(version.charter, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    )
    assert (document.memo.people[0].value, bytes(kept.pdf)) == (pseudonym, b"")


def test_she_can_neither_sign_in_nor_act_nor_be_told(pilot: Pilot, administrator: User) -> None:
    her = pilot.owner
    client = Client()
    client.force_login(her)
    _, secret = tokens.create(name="hers", scopes=["read"], pilots=[pilot], by=her, now=NOW)
    Route.objects.create(channel="mail", address=her.email, made_by=administrator, made_at=NOW)
    MailChoice.objects.create(person=her)
    Identity.objects.create(user=her, issuer="https://id", subject="s", joined_at=NOW, seen_at=NOW)
    factor = SecondFactor.objects.create(user=her, sealed_secret="x", made_at=NOW)
    factor.recovery_codes.create(code_hash="y")

    erased(pilot, administrator)

    her.refresh_from_db()
    assert (her.is_active, her.is_staff, her.has_usable_password(), her.groups.count()) == (
        False,
        False,
        False,
        0,
    )
    gone = (Session, Route, MailChoice, Identity, SecondFactor, RecoveryCode)
    assert [model for model in gone if model.objects.exists()] == []
    assert client.get("/").status_code == 302
    assert tokens.find(secret, now=NOW) is None


def test_the_act_is_in_the_log_without_her_name(pilot: Pilot, administrator: User) -> None:
    pseudonym = erased(pilot, administrator)

    event = Event.objects.get(verb="person.erased")
    assert (event.actor, event.reason, event.after["person"]) == (administrator, WHY, pseudonym)
    assert event.after["kept"] == {}


@pytest.mark.parametrize("who", ["Owners", "Managers", "Auditors"])
def test_only_administrators_erase(who: str) -> None:
    with pytest.raises(NotAllowed):
        erasures.erase(person=make_user("her"), by=make_user("other", who), reason=WHY, now=NOW)


def test_who_has_a_part_in_an_open_pilot_hands_over_first(administrator: User) -> None:
    open_one = make_worse_pilot()

    with pytest.raises(Refused, match="Hand over first"):
        erased(open_one, administrator)


def test_the_admin_asks_for_the_user_name_before_it_erases(
    pilot: Pilot, administrator: User, client: Client
) -> None:
    page = f"/admin/auth/user/{pilot.owner.pk}/erase/"
    client.force_login(administrator)

    answers = [client.post(page, {"username": typed, "reason": WHY}) for typed in ("other", CALLED[1])]

    assert [answer.headers.get("Location") for answer in answers] == [None, "/admin/auth/user/"]
    assert Event.objects.get(verb="person.erased").actor == administrator


def test_the_last_administrator_and_oneself_stay(administrator: User) -> None:
    for by in (administrator, None):
        with pytest.raises(Refused):
            erasures.erase(person=administrator, by=by, reason=WHY, now=NOW)


def test_a_name_that_is_one_of_our_own_words_changes_no_state(administrator: User) -> None:
    her = make_user("stop")
    audit.record(verb="pilot.changed", now=NOW, after={"outcome": "stop"})

    erasures.erase(person=her, by=administrator, reason=WHY, now=NOW)

    assert Event.objects.get(verb="pilot.changed").after == {"outcome": "stop"}


def test_the_function_of_the_database_takes_nothing_but_a_pseudonym(pilot: Pilot) -> None:
    for code in ("decided otherwise", "0123"):
        with pytest.raises(DatabaseError, match="ten hex digits"), transaction.atomic():
            connection.cursor().execute("SELECT pilotage_erase_person(%s, %s, true)", [pilot.owner.pk, code])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("UPDATE pilots_event SET reason = ''")
