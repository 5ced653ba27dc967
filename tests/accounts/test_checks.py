from typing import Any

import pytest
from pytest_django import Settings

from accounts import checks


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []),
        ({"OPENID_ISSUER": "https://sso", "OPENID_CLIENT_ID": "pilotage"}, ["accounts.E001"]),
        ({"PASSWORD_SIGN_IN": False}, ["accounts.E002"]),
        ({"OPENID_GROUPS": {"ai": "Owner"}}, ["accounts.E003"]),
        ({"SECOND_FACTOR_REQUIRED": ["Managers", "administrators", "Deciders"]}, ["accounts.E003"]),
    ],
)
def test_settings_that_would_lock_people_out_are_named(
    given: dict[str, Any], found: list[str], settings: Settings
) -> None:
    for name, value in given.items():
        setattr(settings, name, value)

    said = [*checks.people_can_sign_in(None), *checks.parts_are_known(None)]

    assert [each.id for each in said] == found
