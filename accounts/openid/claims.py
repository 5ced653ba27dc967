"""What an issuer says of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Claims:
    issuer: str
    subject: str
    email: str
    email_verified: bool
    username: str
    first_name: str
    last_name: str
    groups: frozenset[str]
    methods: frozenset[str]
    """How she proved who she is there, by the names of RFC 8176; `mfa` says by more than one thing."""


def read(said: Mapping[str, Any], *, groups_claim: str, emails_are_verified: bool) -> Claims:
    """Of a token that was verified. What is not of the right shape is as if it was not said."""
    return Claims(
        issuer=said["iss"],
        subject=said["sub"],
        email=_text(said, "email"),
        email_verified=emails_are_verified or said.get("email_verified") is True,
        username=_text(said, "preferred_username"),
        first_name=_text(said, "given_name"),
        last_name=_text(said, "family_name"),
        groups=_texts(_at(said, groups_claim)),
        methods=_texts(said.get("amr")),
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value.strip() if isinstance(value, str) else ""


def _texts(value: Any) -> frozenset[str]:
    found = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(each for each in found if isinstance(each, str))


def _at(said: Mapping[str, Any], name: str) -> Any:
    """The claim of this name, or the one inside others: `realm_access.roles`."""
    if name in said:
        return said[name]
    value: Any = said
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
