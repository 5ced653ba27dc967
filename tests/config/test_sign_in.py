import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from config.sign_in import client_address
from tests.factories import make_user

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "the-right-one-7", "a-wrong-one-7"


def attempt(name: str, password: str, address: str = "10.0.0.1") -> int:
    return Client(REMOTE_ADDR=address).post("/login/", {"username": name, "password": password}).status_code


@pytest.fixture
def maria() -> str:
    user = make_user("maria", "Viewers")
    user.set_password(RIGHT)
    user.save()
    return "maria"


def test_wrong_passwords_lock_a_name_at_an_address_and_nobody_else(maria: str, settings: Settings) -> None:
    tried = [attempt(maria, WRONG) for _ in range(settings.AXES_FAILURE_LIMIT)]

    assert tried == [200] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    assert attempt(maria, RIGHT) == 429
    assert attempt(maria, RIGHT, address="10.0.0.2") == 302


def test_a_name_that_is_nobodys_is_answered_alike(settings: Settings) -> None:
    tried = [attempt("nobody-here", WRONG) for _ in range(settings.AXES_FAILURE_LIMIT + 1)]

    assert tried[-1] == 429


def test_the_locked_are_told_how_long_and_by_whom_it_is_opened(maria: str, settings: Settings) -> None:
    settings.AXES_FAILURE_LIMIT = 1

    answer = Client().post("/login/", {"username": maria, "password": WRONG})

    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "Wait 15 minutes" in answer.content.decode()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.1.1.1", "9.9.9.9"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (2, "1.1.1.1, 2.2.2.2, 3.3.3.3", "2.2.2.2"),
        (2, "2.2.2.2", "9.9.9.9"),
        (1, "", "9.9.9.9"),
    ],
)
def test_only_what_our_proxies_wrote_is_believed(
    proxies: int, forwarded: str, address: str, settings: Settings, rf: RequestFactory
) -> None:
    settings.TRUSTED_PROXIES = proxies

    assert (
        client_address(rf.get("/", REMOTE_ADDR="9.9.9.9", headers={"X-Forwarded-For": forwarded})) == address
    )
