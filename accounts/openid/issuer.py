"""The company's OpenID provider: where it sends people, and what it says of who comes back."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode

from accounts.openid import tokens
from accounts.openid.network import NoAnswer, ask
from evaluations.providers.destinations import AllowedHosts

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

KEPT_S = 3600.0
ASKED_AGAIN_S = 60.0
"""Keys that change are seen within this time; a flood of tokens with made-up keys asks no more often."""
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
DISCOVERY = "/.well-known/openid-configuration"
SCOPES = "openid profile email"


@dataclass(frozen=True, slots=True)
class Registration:
    """What was agreed with the issuer."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    allowed: AllowedHosts
    scopes: str = SCOPES
    groups_claim: str = "groups"


@dataclass(slots=True)
class _Kept:
    """In the memory of this process alone: whoever could write it could sign in as anybody."""

    said: dict[str, Any]
    at: float


class Issuer:
    def __init__(self, registration: Registration, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._is = registration
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def way_in(self, *, redirect_uri: str, state: str, nonce: str, challenge: str) -> str:
        """Where the person's browser is sent. Raises NoAnswer."""
        endpoint = str(self._metadata()["authorization_endpoint"])
        asked = {
            "response_type": "code",
            "client_id": self._is.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._is.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def claims(self, *, code: str, verifier: str, nonce: str, redirect_uri: str) -> dict[str, Any]:
        """What the issuer says of the person who came back with this code. Raises NoAnswer, NoProof."""
        given = self._exchanged(code=code, verifier=verifier, redirect_uri=redirect_uri)
        signed = self._verified(str(given.get("id_token", "")), nonce=nonce)
        said = {name: value for name, value in signed.items() if value is not None}
        missing = "email" not in said or self._is.groups_claim.split(".")[0] not in said
        endpoint, access = self._metadata().get("userinfo_endpoint"), given.get("access_token")
        if missing and endpoint and isinstance(access, str):
            more = ask(str(endpoint), allowed=self._is.allowed, headers={"authorization": f"Bearer {access}"})
            if more.get("sub") != said["sub"]:
                raise tokens.NoProof("the issuer told of another person than it signed for")
            another = "email" in said and more.get("email") != said["email"]
            said = {**(_without_email(more) if another else more), **said}
        return said

    def _exchanged(self, *, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        supported = self._metadata().get("token_endpoint_auth_methods_supported")
        if isinstance(supported, list) and "client_secret_basic" not in supported:
            form |= {"client_id": self._is.client_id, "client_secret": self._is.client_secret}
        else:
            pair = f"{quote_plus(self._is.client_id)}:{quote_plus(self._is.client_secret)}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        endpoint = str(self._metadata()["token_endpoint"])
        return ask(endpoint, allowed=self._is.allowed, form=form, headers=headers)

    def _verified(self, token: str, *, nonce: str) -> dict[str, Any]:
        try:
            return self._checked(token, self._keys(KEPT_S), nonce)
        except tokens.UnknownKey:
            return self._checked(token, self._keys(ASKED_AGAIN_S), nonce)

    def _checked(self, token: str, keys: KeySet, nonce: str) -> dict[str, Any]:
        return tokens.verified(
            token,
            keys=keys,
            issuer=self._is.issuer,
            client_id=self._is.client_id,
            nonce=nonce,
            now=int(time.time()),
        )

    def _keys(self, no_older_than: float) -> KeySet:
        return tokens.keys_of(self._asked(str(self._metadata()["jwks_uri"]), no_older_than))

    def _metadata(self) -> Mapping[str, Any]:
        said = self._asked(self._is.issuer.rstrip("/") + DISCOVERY, KEPT_S)
        if said.get("issuer") != self._is.issuer:
            raise NoAnswer(f"OPENID_ISSUER is {self._is.issuer}, but it calls itself {said.get('issuer')}")
        if missing := [name for name in NEEDED if not isinstance(said.get(name), str)]:
            raise NoAnswer(f"the issuer does not say its {', '.join(missing)}")
        return said

    def _asked(self, url: str, no_older_than: float) -> dict[str, Any]:
        kept = self._kept.get(url)
        if kept is None or self._clock() - kept.at > no_older_than:
            kept = self._kept[url] = _Kept(ask(url, allowed=self._is.allowed), self._clock())
        return kept.said


def _without_email(said: Mapping[str, Any]) -> dict[str, Any]:
    """Whether one address was verified says nothing of another."""
    return {name: value for name, value in said.items() if name not in ("email", "email_verified")}
