from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pilots.actions import tokens
from pilots.models import Event, Pilot, Token
from tests.factories import NOW, make_ready_pilot
from tests.pilots.api.records import judged


def create_token(*arguments: str) -> str:
    out = StringIO()
    call_command("create_token", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_create_token_prints_the_token_alone(pilot: Pilot):
    printed = create_token("--pilot", "clause-check", "--scope", "ingest", "--scope", "read")

    token = tokens.find(printed.strip(), now=NOW)
    assert printed.count("\n") == 1
    assert token is not None
    assert (token.scopes, list(token.pilots.all()), token.expires_at) == (["ingest", "read"], [pilot], None)


def test_create_token_by_command_is_in_the_log_without_its_secret(pilot: Pilot):
    secret = create_token("--pilot", "clause-check", "--scope", "read", "--name", "nightly").strip()

    event = Event.objects.get(verb="token.created")
    assert (event.actor, event.after["name"]) == (None, "nightly")
    assert secret not in str(event.after)


def test_create_token_for_all_pilots_and_some_days(db: None):
    secret = create_token("--all-pilots", "--scope", "read", "--days", "30").strip()

    token = tokens.find(secret, now=NOW)
    assert token is not None
    assert (token.all_pilots, token.expires_at.isoformat()) == (True, "2026-12-20T12:00:00+00:00")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--pilot", "nope", "--scope", "read"], "There is no pilot nope. There is: clause-check."),
        (["--scope", "read"], "Name the pilots the token is for, or make it for all of them."),
        (["--pilot", "clause-check", "--scope", "sign"], "Error: argument --scope: invalid choice: 'sign'"),
        (["--all-pilots", "--scope", "read", "--days", "0"], "give a whole number of days, from 1 to 36500"),
    ],
)
def test_create_token_says_what_is_wrong(arguments: list[str], sentence: str, pilot: Pilot):
    with pytest.raises(CommandError) as refused:
        create_token(*arguments)

    assert sentence in str(refused.value)
    assert Token.objects.count() == 0


@pytest.mark.parametrize(("flag", "code"), [("go", 0), ("extend", 10), ("stop", 20), ("collecting", 30)])
def test_gate_exits_by_the_flag(flag: str, code: int, pilot: Pilot):
    judged(pilot, flag=flag, reason="Because.")
    out = StringIO()

    with pytest.raises(SystemExit) as left:
        call_command("gate", "clause-check", stdout=out)

    assert (left.value.code, out.getvalue()) == (code, f"{flag}: Because.\n")


def test_gate_counts_a_pilot_without_verdict_as_collecting(db: None):
    make_ready_pilot()

    with pytest.raises(SystemExit) as left:
        call_command("gate", "clause-check", stdout=StringIO())

    assert left.value.code == 30


def test_gate_of_an_unknown_pilot_is_an_error(db: None):
    with pytest.raises(CommandError) as refused:
        call_command("gate", "nope")

    assert (refused.value.returncode, str(refused.value)) == (
        1,
        "There is no pilot nope. Check the slug on its page.",
    )
