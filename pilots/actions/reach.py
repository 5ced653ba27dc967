"""Which pilots a token is for."""

from pilots.models import Pilot, Token
from pilots.models.pilot import PilotQuerySet


def pilots(token: Token) -> PilotQuerySet:
    return Pilot.objects.all() if token.all_pilots else Pilot.objects.filter(tokens=token)


def only_pilot(token: Token) -> Pilot | None:
    """None for a token of several pilots, or of none."""
    found = list(pilots(token)[:2])
    return found[0] if len(found) == 1 else None


def pilot_id(token: Token, slug: str) -> int | None:
    """Remembered with the reading of the token, so for seconds: neither a token's pilots nor the slug of a started pilot
    ever change."""
    known: dict[str, int] = token.__dict__.setdefault("_known_pilots", {})
    if slug not in known:
        found = pilots(token).filter(slug=slug).values_list("pk", flat=True).first()
        if found is None:
            return None
        known[slug] = found
    return known[slug]


def only_pilot_id(token: Token) -> int | None:
    """None for a token of several pilots, or of none. Remembered as above, unless for all pilots: there may come more."""
    known: dict[str, int] = token.__dict__.setdefault("_known_pilots", {})
    if "" in known:
        return known[""]
    found = list(pilots(token).values_list("pk", flat=True)[:2])
    if len(found) != 1:
        return None
    if not token.all_pilots:
        known[""] = found[0]
    return found[0]


def may_be_a_slug(name: str) -> bool:
    """Anything else is not worth a question to the database, which refuses zero bytes."""
    return 0 < len(name) <= 50 and name.replace("-", "a").replace("_", "a").isalnum()


def named(token: Token, name: str) -> Pilot | None:
    """The pilot of that slug, else the token's only one."""
    found = pilots(token).filter(slug=name).first() if may_be_a_slug(name) else None
    return found or only_pilot(token)
