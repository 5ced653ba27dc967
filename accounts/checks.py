"""Settings of accounts that do not fit together are said before anybody is locked out."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Critical, register

from accounts.roles import ADMINISTRATORS, GROUPS

PARTS = {*GROUPS, ADMINISTRATORS}
KNOWN = ", ".join((*GROUPS, ADMINISTRATORS))


@register()
def people_can_sign_in(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.OPENID_ISSUER and not (settings.OPENID_CLIENT_ID and settings.OPENID_CLIENT_SECRET):
        found.append(
            Critical(
                "OPENID_ISSUER is set, but not what was agreed with it.",
                hint="Set OPENID_CLIENT_ID, and OPENID_CLIENT_SECRET or OPENID_CLIENT_SECRET_FILE.",
                id="accounts.E001",
            )
        )
    if not settings.PASSWORD_SIGN_IN and not settings.OPENID_ISSUER:
        found.append(
            Critical(
                "Nobody can sign in: PASSWORD_SIGN_IN is off and there is no OPENID_ISSUER.",
                hint="Set one of the two.",
                id="accounts.E002",
            )
        )
    return found


@register()
def parts_are_known(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A name that is mistyped would give nobody anything, and say nothing."""
    given = {
        "OPENID_GROUPS": settings.OPENID_GROUPS.values(),
        "SECOND_FACTOR_REQUIRED": settings.SECOND_FACTOR_REQUIRED,
    }
    return [
        Critical(
            f"{name} names {part!r}, which is no group here.", hint=f"There are {KNOWN}.", id="accounts.E003"
        )
        for name, parts in given.items()
        for part in parts
        if part not in PARTS
    ]
