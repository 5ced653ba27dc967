"""A real OpenID provider on loopback, in a process of its own: `python tests/accounts/provider.py PORT`.

Discovery, keys, codes and RS256 come from oidc-provider-mock, which is made of Authlib. Here it also holds clients to PKCE,
and can be told (PUT /forge) to send the next token as somebody else would have made it.
"""

import base64
import hashlib
import json
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import oidc_provider_mock
from joserfc import jwt
from joserfc.jwk import RSAKey
from oidc_provider_mock._storage import storage
from werkzeug.serving import make_server

challenges: dict[str, str] = {}
forgery: dict[str, Any] = {}


def make() -> flask.Flask:
    made = oidc_provider_mock.app(require_nonce=True)
    made.put("/forge")(forge)
    made.before_request(hold_to_pkce)
    made.after_request(remember_challenge)
    made.after_request(forged)
    return made


def forge() -> tuple[str, int]:
    forgery.clear()
    forgery.update(flask.request.get_json())
    return "", 204


def remember_challenge(response: flask.Response) -> flask.Response:
    """RFC 7636, 4.4: the challenge is bound to the code."""
    if flask.request.path == "/oauth2/authorize" and response.status_code == 302:
        codes = parse_qs(urlsplit(response.headers["Location"]).query).get("code", [])
        if codes and flask.request.args.get("code_challenge_method") == "S256":
            challenges[codes[0]] = flask.request.args["code_challenge"]
    return response


def hold_to_pkce() -> tuple[flask.Response, int] | None:
    """RFC 7636, 4.6."""
    if flask.request.path != "/oauth2/token":
        return None
    digest = hashlib.sha256(flask.request.form.get("code_verifier", "").encode()).digest()
    proven = encoded(digest)
    if challenges.pop(flask.request.form.get("code", ""), None) == proven:
        return None
    return flask.jsonify(error="invalid_grant"), 400


def forged(response: flask.Response) -> flask.Response:
    if flask.request.path != "/oauth2/token" or response.status_code != 200 or not forgery:
        return response
    said = json.loads(response.get_data())
    payload = said["id_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) | forgery.get(
        "claims", {}
    )
    own = RSAKey.import_key(storage.jwk.as_dict(is_private=True))
    key = RSAKey.generate_key(2048, {"kid": own.kid}) if forgery["signed"] == "by another" else own
    said["id_token"] = jwt.encode({"alg": "RS256", "kid": own.kid}, claims, key, algorithms=["RS256"])
    response.set_data(json.dumps(said))
    forgery.clear()
    return response


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]), make(), threaded=True).serve_forever()
