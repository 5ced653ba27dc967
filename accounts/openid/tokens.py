"""Is this token the issuer's, for us, of this sign-in, and of now? OpenID Connect Core 1.0, 3.1.3.7, with nothing waived:
the signature is checked although the token came by TLS."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signed by who alone holds the key. Neither `none` nor HS256: their "key" is nobody's, or public."""
LEEWAY_S = 60
LONGEST_SUBJECT = 255


class NoProof(Exception):
    """The token proves nothing. The message says what is wrong with it, for the log."""


class UnknownKey(NoProof):
    """It names a key that the issuer had not published when we last asked."""


def keys_of(published: Mapping[str, Any]) -> KeySet:
    """Keys for signatures by RSA or elliptic curves, whatever else is published. Raises NoProof."""
    from joserfc.errors import JoseError  # noqa: PLC0415  weighs 10 MB, and few processes take a sign-in
    from joserfc.jwk import KeySet  # noqa: PLC0415

    found = published.get("keys")
    usable = [
        key
        for key in (found if isinstance(found, list) else [])
        if isinstance(key, dict) and key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"
    ]
    try:
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NoProof(f"the published keys cannot be read ({type(error).__name__})") from None


def verified(
    token: str, *, keys: KeySet, issuer: str, client_id: str, nonce: str, now: int
) -> dict[str, Any]:
    """The claims. Raises NoProof."""
    from joserfc import jwt  # noqa: PLC0415  as above
    from joserfc.errors import InvalidKeyIdError, JoseError  # noqa: PLC0415

    try:
        said = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(said)
    except InvalidKeyIdError:
        raise UnknownKey("no published key of the issuer has the name it was signed with") from None
    except (JoseError, ValueError, TypeError) as error:
        raise NoProof(f"{type(error).__name__}: {error}") from None
    several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    if said.get("azp", None if several else client_id) != client_id:
        raise NoProof("it was issued to another client (azp)")
    if not hmac.compare_digest(str(said.get("nonce", "")).encode(), nonce.encode()):
        raise NoProof("it belongs to another sign-in (nonce)")
    if len(said["sub"]) > LONGEST_SUBJECT:
        raise NoProof("its subject is longer than the specification allows")
    return said
