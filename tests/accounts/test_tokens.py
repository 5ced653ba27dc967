"""A token proves who somebody is only when all of it fits: the signature, the parties, the time and the sign-in."""

import base64
import hmac
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from accounts.openid import claims, tokens
from accounts.openid.tokens import NoProof, UnknownKey

NOW = 1_780_000_000
OURS = RSAKey.generate_key(2048, {"kid": "of-now", "use": "sig"}, auto_kid=False)
CURVE = ECKey.generate_key("P-256", {"kid": "curved"}, auto_kid=False)
SAID = {"iss": "https://sso", "aud": "pilotage", "sub": "m", "nonce": "n", "iat": NOW - 5, "exp": NOW + 60}


def keys(*published: Any) -> KeySet:
    return tokens.keys_of({"keys": [key.as_dict(private=False) for key in published or (OURS, CURVE)]})


def signed(*, key: Any = OURS, alg: str = "RS256", kid: str = "of-now", **changed: Any) -> str:
    said = {name: value for name, value in (SAID | changed).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": kid}, said, key, algorithms=[alg])


def by_hand(header: dict[str, str], key: bytes) -> str:
    """No library signs like this any more."""
    parts = [encoded(json.dumps(each).encode()) for each in (header, SAID)]
    return ".".join([*parts, encoded(hmac.digest(key, ".".join(parts).encode(), "sha256")) if key else ""])


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def verified(token: str) -> dict[str, Any]:
    return tokens.verified(token, keys=keys(), issuer="https://sso", client_id="pilotage", nonce="n", now=NOW)


def test_one_that_fits_is_believed_by_rsa_and_by_curve() -> None:
    assert verified(signed())["sub"] == "m"
    assert verified(signed(alg="PS256"))["sub"] == "m"
    assert verified(signed(key=CURVE, alg="ES256", kid="curved", aud=["pilotage"]))["sub"] == "m"
    assert verified(signed(aud=["pilotage", "other"], azp="pilotage"))["sub"] == "m"


NO_PROOF = {
    "not signed": by_hand({"alg": "none"}, b""),
    "signed with the public key as a password": by_hand(
        {"alg": "HS256", "kid": "of-now"}, OURS.as_pem(private=False)
    ),
    "of another issuer": signed(iss="https://elsewhere"),
    "for another client": signed(aud="another"),
    "for another client beside": signed(aud=["pilotage", "another"]),
    "issued to another": signed(azp="another"),
    "of another sign-in": signed(nonce="other"),
    "of no sign-in": signed(nonce=None),
    "of yesterday": signed(exp=NOW - 61),
    "without an end": signed(exp=None),
    "of tomorrow": signed(iat=NOW + 3600),
    "of nobody": signed(sub=None),
    "of an empty name": signed(sub=""),
    "nothing": "",
    "no token": "a.b.c",
}


@pytest.mark.parametrize("what", NO_PROOF)
def test_it_is_no_proof_when_it_is(what: str) -> None:
    with pytest.raises(NoProof):
        verified(NO_PROOF[what])


def test_a_key_that_is_not_published_yet_is_told_apart_from_a_forgery() -> None:
    with pytest.raises(UnknownKey):
        verified(signed(kid="of-tomorrow"))


def test_claims_of_the_wrong_shape_are_as_if_not_said() -> None:
    said = SAID | {"email": 7, "email_verified": "true", "realm": {"roles": ["a", 1, "b"]}, "amr": "mfa"}

    read = claims.read(said, groups_claim="realm.roles", emails_are_verified=False)

    assert (read.email, read.email_verified, read.groups, read.methods) == ("", False, {"a", "b"}, {"mfa"})
