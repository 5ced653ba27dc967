"""Signing in at a real OpenID provider, which runs on loopback."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from pilots.models import Event
from tests.accounts.conftest import Provider
from tests.factories import make_user

pytestmark = pytest.mark.django_db
MARIA = {
    "email": "maria@example.org",
    "email_verified": True,
    "given_name": "Maria",
    "family_name": "Lindqvist",
}
SignIn = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def agreed(provider: Provider, settings: Settings) -> None:
    settings.OPENID_ISSUER = provider.issuer
    settings.OPENID_NAME = "Example SSO"
    settings.OPENID_CLIENT_ID, settings.OPENID_CLIENT_SECRET = "pilotage", "a-secret-of-both"
    settings.OPENID_GROUPS = {"ai-owners": "Owners", "ai-managers": "Managers", "ai-admins": "administrators"}
    settings.OPENID_CREATE_PEOPLE = True


@pytest.fixture
def sign_in(provider: Provider, client: Client) -> SignIn:
    """All the way: our link, the provider's form, and back."""

    def through(subject: str, *, onwards: str = "/status/", browser: Client = client) -> Any:
        sent = browser.get("/login/company/", {"next": onwards})
        return browser.get(provider.let_through(sent.headers["Location"], subject))

    return through


def who(client: Client) -> str | None:
    """Whose session this is."""
    number = client.session.get("_auth_user_id")
    return User.objects.get(pk=number).username if number else None


def parts(username: str) -> tuple[set[str], bool, bool]:
    person = User.objects.get(username=username)
    return set(person.groups.values_list("name", flat=True)), person.is_staff, person.is_superuser


def test_the_sign_in_page_leads_there_by_a_link_so_that_its_policy_stays(client: Client) -> None:
    page = client.get("/login/?next=/p/clause-check/")

    assert (
        '<a class="button" href="/login/company/?next=%2Fp%2Fclause-check%2F">Sign in with Example SSO</a>'
        in page.content.decode()
    )
    assert "form-action 'self'" in page["Content-Security-Policy"]


def test_a_new_person_gets_an_account_and_the_groups_of_her_claims(
    provider: Provider, sign_in: SignIn, client: Client
) -> None:
    provider.knows("m-1", preferred_username="maria", groups=["ai-owners", "chess"], **MARIA)

    answer = sign_in("m-1")

    person = User.objects.get(username="maria")
    assert (answer.status_code, answer.headers["Location"], who(client)) == (302, "/status/", "maria")
    assert (person.email, person.get_full_name(), person.has_usable_password()) == (
        "maria@example.org",
        "Maria Lindqvist",
        False,
    )
    assert parts("maria") == ({"Owners"}, True, False)
    assert list(Event.objects.order_by("pk").values_list("verb", "after")) == [
        ("person.made", {"person": "maria", "issuer": provider.issuer}),
        ("person.groups_changed", {"person": "maria", "groups": ["Owners"]}),
    ]


def test_groups_are_set_anew_at_each_sign_in_and_those_given_here_stay(
    provider: Provider, sign_in: SignIn
) -> None:
    provider.knows("m-2", preferred_username="maria", groups=["ai-admins", "ai-owners"], **MARIA)
    sign_in("m-2")
    given_here = User.objects.get(username="maria").groups.model.objects.get(name="Reviewers")
    User.objects.get(username="maria").groups.add(given_here)
    assert parts("maria") == ({"Owners", "Reviewers"}, True, True)

    provider.knows("m-2", preferred_username="maria", groups="ai-managers", **MARIA)
    sign_in("m-2", browser=Client())

    assert parts("maria") == ({"Managers", "Reviewers"}, False, False)
    last = Event.objects.get(verb="person.groups_changed", after__groups=["Managers", "Reviewers"])
    assert last.before == {"groups": ["Owners", "Reviewers", "administrators"]}


FORGERIES: dict[str, dict[str, Any]] = {
    "signed by another": {"signed": "by another"},
    "for another client": {"aud": "another"},
    "of another sign-in": {"nonce": "one-seen-before"},
}
"""What else is no proof is in test_tokens.py."""


@pytest.mark.parametrize("what", FORGERIES)
def test_a_token_is_refused_that_is(what: str, provider: Provider, sign_in: SignIn, client: Client) -> None:
    provider.knows("m-3", groups=["ai-admins"], **MARIA)
    provider.forges(**FORGERIES[what])

    answer = sign_in("m-3")

    assert (answer.status_code, who(client), User.objects.count()) == (403, None, 0)
    assert "no proof of who you are" in answer.content.decode()


def test_an_answer_counts_once_in_the_browser_that_asked(provider: Provider, client: Client) -> None:
    provider.knows("m-4", groups=["ai-owners"], **MARIA)
    back = provider.let_through(client.get("/login/company/").headers["Location"], "m-4")

    elsewhere = Client().get(back)
    mine = client.get(back)
    again = client.get(back)

    assert [each.status_code for each in (elsewhere, mine, again)] == [403, 302, 403]
    assert "was not begun in this browser" in elsewhere.content.decode()


def test_the_code_is_good_for_nobody_without_the_verifier(provider: Provider, client: Client) -> None:
    """The provider holds us to PKCE: a session that lost its verifier gets no token for its code."""
    provider.knows("m-5", groups=["ai-owners"], **MARIA)
    back = provider.let_through(client.get("/login/company/").headers["Location"], "m-5")
    session = client.session
    for begun in session["openid_begun"].values():
        begun["verifier"] = "of-another"
    session.save()

    assert (client.get(back).status_code, who(client)) == (502, None)


@pytest.mark.parametrize("joined", [False, True], ids=["by its address", "though joined before"])
def test_an_account_that_was_closed_here_stays_closed(
    joined: bool, provider: Provider, sign_in: SignIn, client: Client
) -> None:
    maria = make_user("maria", email="Maria@example.org", is_active=False)
    if joined:
        at = timezone.now()
        maria.identities.create(issuer=provider.issuer, subject="m-6", joined_at=at, seen_at=at)
    provider.knows("m-6", preferred_username="maria", groups=["ai-owners"], **MARIA)

    answer = sign_in("m-6")

    assert (answer.status_code, who(client), User.objects.count()) == (403, None, 1)
    assert "was closed" in answer.content.decode()


@pytest.mark.parametrize(("verified", "joined"), [(True, True), ("true", False)])
def test_only_a_verified_address_joins_an_account(
    verified: Any, joined: bool, provider: Provider, sign_in: SignIn, client: Client
) -> None:
    make_user("boss", email="maria@example.org")
    provider.knows(f"m-7-{verified}", **MARIA | {"email_verified": verified}, groups=["ai-owners"])

    answer = sign_in(f"m-7-{verified}")

    assert (answer.status_code, who(client)) == ((302, "boss") if joined else (403, None))
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("in_the_token", "parts_of_maria"),
    [({"email": None}, ({"Owners"}, True, False)), ({"email": "other@example.org"}, (set(), False, False))],
    ids=["nothing", "another address"],
)
def test_what_a_short_token_leaves_out_is_asked_for_and_vouches_for_no_other_address(
    in_the_token: dict[str, Any], parts_of_maria: Any, provider: Provider, sign_in: SignIn
) -> None:
    make_user("maria", email="maria@example.org")
    make_user("other", email="other@example.org")
    subject = f"m-13-{in_the_token['email']}"
    provider.knows(subject, groups=["ai-owners"], **MARIA)
    provider.forges(email_verified=None, groups=None, **in_the_token)

    sign_in(subject)

    assert (parts("maria"), parts("other"), User.objects.count()) == (
        parts_of_maria,
        (set(), False, False),
        2,
    )


def test_an_address_that_changed_hands_does_not_hand_over_the_account(
    provider: Provider, sign_in: SignIn
) -> None:
    for subject in ("m-8", "m-9"):
        provider.knows(subject, preferred_username="maria", groups=["ai-owners"], **MARIA)
    sign_in("m-8")

    later = sign_in("m-9", browser=Client())

    assert (later.status_code, User.objects.count()) == (403, 1)
    assert "before you" in later.content.decode()


def test_nobody_is_made_whom_no_group_lets_in_or_where_people_are_not_made(
    provider: Provider, sign_in: SignIn, settings: Settings
) -> None:
    provider.knows("m-10", groups=["chess"], **MARIA)
    without_a_part = sign_in("m-10")
    settings.OPENID_CREATE_PEOPLE = False
    provider.knows("m-10", groups=["ai-owners"], **MARIA)
    not_made = sign_in("m-10")

    assert (without_a_part.status_code, not_made.status_code, User.objects.count()) == (403, 403, 0)
    assert "no account here yet" in not_made.content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example.org/", "//evil.example.org", "javascript:alert(1)"]
)
def test_it_leads_nowhere_but_to_us(elsewhere: str, client: Client) -> None:
    client.get("/login/company/", {"next": elsewhere})

    assert [begun["onwards"] for begun in client.session["openid_begun"].values()] == ["/"]


def test_the_issuer_is_asked_through_the_guard(
    client: Client, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OPENID_ISSUER = "https://169.254.169.254/latest"

    answer = client.get("/login/company/")

    assert (answer.status_code, "does not answer" in answer.content.decode()) == (502, True)
    assert "169.254.169.254 is a metadata" in caplog.text


def test_passwords_can_be_turned_off_and_the_lock_of_passwords_is_no_business_of_it(
    provider: Provider, sign_in: SignIn, client: Client, settings: Settings
) -> None:
    make_user("maria", email="maria@example.org")
    provider.knows("m-12", groups=["ai-owners"], **MARIA)
    given = {"username": "maria", "password": "correct horse battery"}
    assert client.post("/login/", given).status_code == 302
    client.logout()
    settings.PASSWORD_SIGN_IN = False

    tried = [client.post("/login/", given).status_code for _ in range(settings.AXES_FAILURE_LIMIT)]
    page = client.get("/login/").content.decode()

    assert (tried[0], tried[-1], 'name="password"' in page) == (200, 429, False)
    assert (sign_in("m-12").status_code, who(client)) == (302, "maria")


def test_without_an_issuer_nothing_of_it_is_there(client: Client, settings: Settings) -> None:
    settings.OPENID_ISSUER = ""

    answers = [
        client.get(f"/login/company/{path}").status_code for path in ("", "return/", "return/?code=1&state=2")
    ]

    assert answers == [404, 404, 404]
    assert re.search("company|SSO", client.get("/login/").content.decode()) is None
