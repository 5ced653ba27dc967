from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pilots.models import MailChoice
from tests.factories import make_manager

SignedIn = Callable[[User], Client]
PAGE = "/notifications/"
NIGHT = {"wanted": ["flag_changed"], "quiet_from": "20", "quiet_until": "7", "zone": "Europe/Vienna"}

pytestmark = pytest.mark.django_db


def test_quiet_hours_are_chosen_shown_again_and_given_up(signed_in: SignedIn) -> None:
    maria = make_manager()
    client = signed_in(maria)

    client.post(PAGE, NIGHT)
    shown = client.get(PAGE).context["form"].initial
    client.post(PAGE, {"wanted": ["flag_changed"], "quiet_from": "", "quiet_until": "", "zone": ""})

    assert (shown["wanted"], shown["quiet_from"], shown["quiet_until"], shown["zone"]) == (
        ["flag_changed"],
        20,
        7,
        "Europe/Vienna",
    )
    assert MailChoice.objects.get(person=maria).quiet is None


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"quiet_until": ""}, "quiet_until", "Choose both hours, or neither."),
        (
            {"quiet_until": "20"},
            "quiet_until",
            "Quiet hours begin and end at different hours; leave both empty for none.",
        ),
        ({"zone": "Vienna"}, "zone", "This time zone is not known. Write it as Europe/Vienna or UTC."),
    ],
)
def test_hours_that_cannot_be_kept_are_refused_at_their_field(
    signed_in: SignedIn, changes: dict[str, str], field: str, sentence: str
) -> None:
    response = signed_in(make_manager()).post(PAGE, NIGHT | changes)

    assert (response.status_code, response.context["form"].errors) == (422, {field: [sentence]})
    assert not MailChoice.objects.exists()
