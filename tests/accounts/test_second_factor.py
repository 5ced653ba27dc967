"""An authenticator beside the password: set up, asked for, and taken away."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import codes
from accounts.actions import second_factors
from accounts.models import RecoveryCode, SecondFactor
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Event
from tests.factories import NOW, make_manager, make_user

pytestmark = pytest.mark.django_db
PASSWORD = {"password": "correct horse battery"}
LATER = NOW + timedelta(seconds=90)


def with_authenticator(person: User) -> tuple[str, list[str]]:
    """The secret in her phone, and her recovery codes."""
    secret = second_factors.begin(person=person, now=NOW)
    return secret, second_factors.confirm(person=person, code=code(secret), now=NOW)


def code(secret: str, now: object = NOW) -> str:
    return codes.code_at(secret, codes.step_of(now))  # type: ignore[arg-type]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B: the last six digits for SHA-1."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert [codes.code_at(secret, at // 30) for at in (59, 1111111109, 1234567890, 20000000000)] == [
        "287082",
        "081804",
        "005924",
        "353130",
    ]


def test_a_code_counts_once_and_within_a_step_of_now() -> None:
    maria = make_manager("maria")
    secret, _ = with_authenticator(maria)

    second_factors.prove(person=maria, code=code(secret, LATER), now=LATER + timedelta(seconds=30))

    for late in (LATER, LATER + timedelta(seconds=30)):  # again, and the one before
        with pytest.raises(Refused, match="counts once"):
            second_factors.prove(person=maria, code=code(secret, LATER), now=late)
    with pytest.raises(Refused):
        second_factors.prove(person=maria, code=code(secret, NOW), now=LATER + timedelta(minutes=5))


def test_five_wrong_codes_lock_it_even_for_the_right_one(settings: Settings) -> None:
    maria = make_manager("maria")
    secret, _ = with_authenticator(maria)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        with pytest.raises(Refused):
            second_factors.prove(person=maria, code="no-code", now=LATER)

    with pytest.raises(Refused, match="Wait 15 minutes"):
        second_factors.prove(person=maria, code=code(secret, LATER), now=LATER)

    over = LATER + timedelta(minutes=16)
    second_factors.prove(person=maria, code=code(secret, over), now=over)
    assert Event.objects.filter(verb="second_factor.locked", after={"person": "maria"}).count() == 1


def test_a_recovery_code_counts_once_and_neither_it_nor_the_secret_is_in_the_database() -> None:
    maria = make_manager("maria")
    secret, recovery = with_authenticator(maria)

    second_factors.prove(person=maria, code=f" {recovery[0].upper()} ", now=LATER)

    with pytest.raises(Refused):
        second_factors.prove(person=maria, code=recovery[0], now=LATER)
    kept = [
        *SecondFactor.objects.values_list("sealed_secret"),
        *RecoveryCode.objects.values_list("code_hash"),
    ]
    assert len(kept) == 1 + codes.RECOVERY_CODES
    assert not any(known in str(kept) for known in (secret, *recovery, recovery[0].replace("-", "")))


def test_an_administrator_alone_resets_it_and_the_log_says_so() -> None:
    maria, boss = make_manager("maria"), make_user("boss", is_superuser=True)
    with_authenticator(maria)

    with pytest.raises(NotAllowed):
        second_factors.reset(person=maria, by=make_manager("other"), now=NOW)
    second_factors.reset(person=maria, by=boss, now=NOW, reason="New phone")

    assert not second_factors.has_one(maria)
    event = Event.objects.get(verb="second_factor.reset")
    assert (event.actor, event.after, event.reason) == (boss, {"person": "maria"}, "New phone")


def test_it_is_set_up_with_a_drawing_of_our_own_and_then_asked_for(client: Client) -> None:
    maria = make_manager("maria")
    client.force_login(maria)
    page = client.get("/second-factor/")
    secret = re.search(r'class="key">([A-Z2-7 ]+)<', page.content.decode())
    assert secret is not None
    assert (
        f'href="otpauth://totp/Pilotage%3Amaria?secret={secret[1].replace(" ", "")}&amp;'
        in page.content.decode()
    )
    assert ("<svg" in page.content.decode(), "style=" in page.content.decode()) == (True, False)

    answer = client.post("/second-factor/", {"code": code(secret[1].replace(" ", ""), timezone.now())})
    shown = re.findall(r"<li><code>(\w{5}-\w{5})</code>", answer.content.decode())
    again = client.get("/second-factor/").content.decode()

    assert (len(shown), answer["Cache-Control"].count("no-store"), shown[0] in again) == (10, 1, False)
    client.logout()
    sent = client.post("/login/?next=/status/", {"username": "maria", **PASSWORD})
    assert (sent.headers["Location"], signed_in(client)) == ("/login/code/", False)
    wrong = client.post("/login/code/", {"code": "000000"})
    assert (wrong.status_code, signed_in(client)) == (403, False)
    right = client.post("/login/code/", {"code": shown[0]})
    assert (right.headers["Location"], signed_in(client)) == ("/status/", True)


def test_there_is_no_way_around_it_by_the_admin(client: Client) -> None:
    boss = make_user("boss", is_superuser=True, is_staff=True)
    with_authenticator(boss)

    door = client.get("/admin/login/?next=/admin/pilots/")
    tried = client.post("/admin/login/", {"username": "boss", **PASSWORD, "next": "/admin/"})

    assert door.headers["Location"] == "/login/?next=/admin/pilots/"
    assert (tried.status_code, signed_in(client)) == (302, False)
    client.post("/login/", {"username": "boss", **PASSWORD})
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")


def test_who_must_have_one_sets_it_up_before_she_is_in_and_cannot_remove_it(
    client: Client, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = ["Managers", "administrators"]
    maria = make_manager("maria")

    sent = client.post("/login/?next=/p/x/", {"username": "maria", **PASSWORD})
    page = client.get(sent.headers["Location"])

    assert (sent.headers["Location"], page.status_code, signed_in(client)) == ("/second-factor/", 200, False)
    secret = second_factors.begin(person=maria, now=timezone.now())
    kept = client.post("/second-factor/", {"code": code(secret, timezone.now())}).content.decode()
    assert (signed_in(client), "I have kept them" in kept) == (True, True)
    with pytest.raises(NotAllowed, match="needs a second factor"):
        second_factors.remove(person=maria, code="", now=NOW)
    viewer = Client()
    viewer.post("/login/", {"username": make_user("victor", "Viewers").username, **PASSWORD})
    assert signed_in(viewer)


def test_waiting_at_the_door_ends_when_it_took_too_long_or_the_password_changed(client: Client) -> None:
    maria = make_manager("maria")
    _, recovery = with_authenticator(maria)
    client.post("/login/", {"username": "maria", **PASSWORD})
    session = client.session
    session["waiting_at_the_door"] |= {"since": timezone.now().timestamp() - 601}
    session.save()
    late = client.post("/login/code/", {"code": recovery[0]})
    client.post("/login/", {"username": "maria", **PASSWORD})
    maria.set_password("another horse battery")
    maria.save()

    changed = client.post("/login/code/", {"code": recovery[0]})

    assert [late.headers["Location"], changed.headers["Location"], signed_in(client)] == [
        "/login/?next=/",
        "/login/?next=/",
        False,
    ]
