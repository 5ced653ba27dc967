"""What the other instance has already: people by e-mail, catalogue and suites by their names and hashes."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from evaluations.models import AIModel, Case, Deployment, Prompt, Suite, SuiteVersion, Vendor
from evaluations.models.price import PriceSnapshot
from pilots.actions.transfer.tables import TransferRefused
from pilots.models import Pilot, Token

Row = dict[str, Any]


def people(told: Mapping[str, Mapping[str, str]]) -> tuple[dict[int, int], list[str]]:
    """By her number there, her number here; and the user names of the placeholders that were made: nobody signs in as one."""
    found, made = {}, []
    for number, person in told.items():
        email = person["email"].strip()
        known = list(User.objects.filter(email__iexact=email)[:2]) if email else []
        if len(known) > 1:
            raise TransferRefused(f"Two people here have the e-mail {email}. Correct one of them first.")
        if not known:
            user = User(
                username=_free(person["username"]),
                email=email,
                first_name=person["first_name"],
                last_name=person["last_name"],
                is_active=False,
            )
            user.set_unusable_password()
            user.full_clean(exclude=["password"])
            user.save()
            made.append(user.username)
            known = [user]
        found[int(number)] = known[0].pk
    return found, made


def tokens(told: Mapping[str, Mapping[str, Any]], pilot_id: int, *, now: datetime) -> dict[int, int]:
    """Stand-ins that open nothing: rows say which script sent them."""
    found = {}
    for number, token in told.items():
        prefix = f"plt_{secrets.token_hex(4)}"
        made = Token.objects.create(
            prefix=prefix,
            secret_hash=hashlib.sha256(secrets.token_bytes(32)).hexdigest(),
            name=token["name"],
            scopes=token["scopes"],
            created_at=now,
            revoked_at=now,
        )
        Token.pilots.through._default_manager.create(token_id=made.pk, pilot_id=pilot_id)
        found[int(number)] = made.pk
    return found


def _free(username: str) -> str:
    for addition in ("", *(f"-{number}" for number in range(2, 1000))):
        if not User.objects.filter(username=username + addition).exists():
            return username + addition
    raise TransferRefused(f"There are too many people called {username}.")


def _by_slug(model: Any) -> Callable[[Row], Any]:
    return lambda row: model.objects.filter(slug=row["slug"]).first()


def _deployment(row: Row) -> Deployment | None:
    known = Deployment.objects.filter(slug=row["slug"]).first()
    asked = ("served_model", "base_url", "protocol", "model_id")
    if known and any(getattr(known, name) != row[name] for name in asked):
        raise TransferRefused(
            f"The deployment {row['slug']} here is another than the one the pilot was tried with. Rename it first."
        )
    return known


def _version(row: Row) -> SuiteVersion | None:
    here = SuiteVersion.objects.filter(suite=row["suite_id"])
    known = here.filter(content_hash=row["content_hash"]).first()
    if known is None:
        row["number"] = 1 + max(here.values_list("number", flat=True), default=0)
    return known


def _prompt(row: Row) -> Prompt | None:
    here = Prompt.objects.filter(suite=row["suite_id"], slug=row["slug"])
    known = here.filter(content_hash=row["content_hash"]).first()
    if known is None:
        row["version"] = 1 + max(here.values_list("version", flat=True), default=0)
    return known


MATCHED: dict[str, Callable[[Row], Any]] = {
    "evaluations.vendor": _by_slug(Vendor),
    "evaluations.aimodel": _by_slug(AIModel),
    "evaluations.deployment": _deployment,
    "evaluations.pricesnapshot": lambda row: PriceSnapshot.objects.filter(
        content_hash=row["content_hash"]
    ).first(),
    "evaluations.suite": _by_slug(Suite),
    "evaluations.suiteversion": _version,
    "evaluations.prompt": _prompt,
    "evaluations.case": lambda row: Case.objects.filter(version=row["version_id"], key=row["key"]).first(),
}
"""The same thing here, or None; a number that is taken is changed in the row. What it refers to is matched already."""


def refuse_a_known_one(slug: str) -> None:
    if Pilot.objects.filter(slug=slug).exists():
        raise TransferRefused(f"There is a pilot {slug} here already. Nothing is imported over it.")
