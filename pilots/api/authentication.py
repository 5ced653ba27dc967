"""Who calls: a token, or a signed-in person. A token is nobody: it has no permissions and never signs."""

import base64
from typing import Any, Literal

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from pilots.actions import tokens
from pilots.api import throttles
from pilots.models import Token

# DRF loads this module while it loads its own settings, so nothing here may import config.api.
CHALLENGE = 'Bearer realm="Pilotage"'


class TokenUser:
    """Stands in `request.user` while a token is used; what the token may do is in `request.auth`."""

    pk = None
    id = None
    is_authenticated: Literal[True] = True
    is_anonymous: Literal[False] = False
    is_active = True
    is_staff = False
    is_superuser = False

    def __init__(self, token: Token, *, wait: float = 0.0) -> None:
        """`wait`: seconds, when the token has asked for too much; told to the caller by `TokenThrottle`."""
        self.token = token
        self.wait = wait

    def __str__(self) -> str:
        return str(self.token)

    def get_username(self) -> str:
        return str(self.token)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer plt_…`. Without that header the next way of signing in is tried."""

    def authenticate(self, request: Request) -> tuple[TokenUser, Token] | None:
        scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return _opened(request, secret.strip())

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class BasicToken(BaseAuthentication):
    """`Authorization: Basic`, the token being the password: for clients that know no other way."""

    def authenticate(self, request: Request) -> tuple[TokenUser, Token] | None:
        scheme, _, pair = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            _, _, secret = base64.b64decode(pair.strip(), validate=True).decode().partition(":")
        except ValueError:
            secret = ""
        return _opened(request, secret)

    def authenticate_header(self, request: Request) -> str:
        return 'Basic realm="Pilotage"'


def _opened(request: Request, secret: str) -> tuple[TokenUser, Token]:
    """Raises AuthenticationFailed."""
    now = timezone.now()
    is_counted = request.META.get(throttles.COUNTED, False)
    knock = throttles.knock(secret, size=_announced(request), is_counted=is_counted)
    token = tokens.find(secret, now=now, generation=knock.generation)
    if token is None:
        raise AuthenticationFailed(
            "This token is unknown, has expired or was revoked. Ask the pilot's owner for a new one.",
            code="invalid_token",
        )
    tokens.touch(token, now)
    return TokenUser(token, wait=knock.wait), token


def _announced(request: Request) -> int:
    given = request.META.get("CONTENT_LENGTH") or ""
    return int(given) if given.isdecimal() else 0


class TokenScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document names it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "plt_…",
            "description": "A token with the scope an operation names. Its pilots bound what it can see.",
        }
