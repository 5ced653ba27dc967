import hashlib
from datetime import timedelta
from typing import Any

import pytest

from pilots.actions import tokens
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Event, Token
from tests.factories import NOW, make_owner, make_pilot, make_token, make_user

pytestmark = pytest.mark.django_db


def everything_stored() -> str:
    return str(list(Token.objects.values())) + str(list(Event.objects.values()))


def test_create_returns_a_secret_that_begins_with_the_shown_prefix():
    token, secret = make_token(make_pilot())

    assert secret.startswith(token.prefix)
    assert (token.prefix[:4], len(token.prefix), len(secret)) == ("plt_", 12, 55)


def test_create_stores_the_hash_and_never_the_secret():
    token, secret = make_token(make_pilot())

    assert token.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert secret[12:] not in everything_stored()


def test_two_tokens_differ_in_prefix_and_secret():
    pilot = make_pilot()

    first, second = make_token(pilot), make_token(pilot)

    assert first[0].prefix != second[0].prefix
    assert first[1] != second[1]


def test_create_is_kept_in_the_log_of_each_pilot():
    pilot = make_pilot()

    token, _ = tokens.create(
        name="nightly", scopes=["read", "ingest"], pilots=[pilot], by=pilot.owner, now=NOW
    )

    event = Event.objects.get(verb="token.created")
    assert (event.pilot, event.actor, event.at) == (pilot, pilot.owner, NOW)
    assert event.after == {"token": token.prefix, "name": "nightly", "scopes": ["ingest", "read"]}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scopes": []}, "unknown_scope"),
        ({"scopes": ["sign"]}, "unknown_scope"),
        ({"pilots": []}, "no_pilot"),
        ({"all_pilots": True}, "pilots_and_all"),
        ({"expires_at": NOW}, "expired"),
    ],
)
def test_create_refuses_a_token_that_is_good_for_nothing(changes: dict[str, Any], code: str):
    wanted: dict[str, Any] = {
        "name": "t",
        "scopes": ["read"],
        "pilots": [make_pilot()],
        "by": None,
        "now": NOW,
    }

    with pytest.raises(Refused) as refused:
        tokens.create(**(wanted | changes))

    assert refused.value.code == code
    assert Token.objects.count() == 0


def test_create_refuses_an_owner_of_another_pilot():
    pilot, stranger = make_pilot(), make_owner()

    with pytest.raises(NotAllowed):
        tokens.create(name="t", scopes=["read"], pilots=[pilot], by=stranger, now=NOW)


@pytest.mark.parametrize("reach", [{"all_pilots": True, "scopes": ["read"]}, {"scopes": ["admin"]}])
def test_create_leaves_the_widest_tokens_to_administrators(reach: dict[str, Any]):
    pilot = make_pilot()
    wanted = {"name": "t", "pilots": [] if "all_pilots" in reach else [pilot], "now": NOW} | reach

    with pytest.raises(NotAllowed):
        tokens.create(**wanted, by=pilot.owner)
    token, _ = tokens.create(**wanted, by=make_user("root", is_superuser=True))

    assert token.scopes == reach["scopes"]


def test_find_returns_the_token_of_its_secret():
    token, secret = make_token(make_pilot())

    assert tokens.find(secret, now=NOW) == token


@pytest.mark.parametrize(
    "change", [lambda s: s[:-1] + ("A" if s[-1] != "A" else "B"), lambda s: s + "x", lambda s: s[:12]]
)
def test_find_knows_no_secret_that_differs_in_one_character(change: Any):
    _, secret = make_token(make_pilot())

    assert tokens.find(change(secret), now=NOW) is None


@pytest.mark.parametrize(
    "nonsense", ["", "plt_", "plt_\x00\x00\x00\x00\x00\x00\x00\x00" + "a" * 43, "ä" * 55]
)
def test_find_survives_nonsense(nonsense: str):
    assert tokens.find(nonsense, now=NOW) is None


def test_find_ends_at_the_moment_of_expiry():
    token, secret = make_token(make_pilot(), expires_at=NOW + timedelta(days=1))

    assert tokens.find(secret, now=NOW + timedelta(days=1, seconds=-1)) == token
    assert tokens.find(secret, now=NOW + timedelta(days=1)) is None


def test_revoke_ends_a_token_at_once_and_is_kept_in_the_log():
    pilot = make_pilot()
    token, secret = make_token(pilot)

    tokens.revoke(token=token, by=pilot.owner, now=NOW)

    assert tokens.find(secret, now=NOW) is None
    assert list(Event.objects.filter(verb="token.revoked").values_list("pilot", "actor")) == [
        (pilot.pk, pilot.owner.pk)
    ]


def test_revoke_a_second_time_keeps_the_first_moment():
    token, _ = make_token(make_pilot())

    tokens.revoke(token=token, by=None, now=NOW)
    again = tokens.revoke(token=token, by=None, now=NOW + timedelta(days=1))

    assert again.revoked_at == NOW
    assert Event.objects.filter(verb="token.revoked").count() == 1


def test_revoke_refuses_an_owner_of_another_pilot():
    token, _ = make_token(make_pilot())

    with pytest.raises(NotAllowed):
        tokens.revoke(token=token, by=make_owner(), now=NOW)


def test_rotate_lets_both_tokens_work_during_the_overlap_and_then_only_the_new_one():
    pilot = make_pilot()
    old, old_secret = make_token(pilot)

    new, new_secret = tokens.rotate(token=old, overlap=timedelta(hours=1), by=pilot.owner, now=NOW)

    at_half, after = NOW + timedelta(minutes=30), NOW + timedelta(hours=1)
    assert [tokens.find(secret, now=at_half) for secret in (old_secret, new_secret)] == [old, new]
    assert [tokens.find(secret, now=after) for secret in (old_secret, new_secret)] == [None, new]


def test_rotate_gives_the_new_token_the_same_reach_and_lifetime():
    pilot = make_pilot()
    old, _ = make_token(pilot, scopes=("ingest",), expires_at=NOW + timedelta(days=90))
    later = NOW + timedelta(days=80)

    new, _ = tokens.rotate(token=old, overlap=timedelta(days=30), by=None, now=later)

    old.refresh_from_db()
    assert (new.scopes, list(new.pilots.all()), new.all_pilots) == (["ingest"], [pilot], False)
    assert new.expires_at == later + timedelta(days=90)
    assert old.expires_at == NOW + timedelta(days=90)


def test_rotate_refuses_a_token_that_has_ended():
    token, _ = make_token(make_pilot())
    tokens.revoke(token=token, by=None, now=NOW)

    with pytest.raises(WrongState):
        tokens.rotate(token=token, overlap=timedelta(hours=1), by=None, now=NOW)


def test_touch_writes_at_most_once_a_minute(django_assert_num_queries: Any):
    token, _ = make_token(make_pilot())
    tokens.touch(token, NOW)
    token.refresh_from_db()

    with django_assert_num_queries(0):
        tokens.touch(token, NOW + timedelta(seconds=59))
    tokens.touch(token, NOW + timedelta(seconds=60))

    token.refresh_from_db()
    assert token.last_used_at == NOW + timedelta(seconds=60)


def test_touch_from_a_process_with_an_old_view_does_not_write_again():
    token, _ = make_token(make_pilot())
    stale = Token.objects.get(pk=token.pk)
    tokens.touch(token, NOW)

    tokens.touch(stale, NOW + timedelta(seconds=30))

    token.refresh_from_db()
    assert token.last_used_at == NOW
