"""Which pilots a token is for."""

from pilots.models import Pilot, Token
from pilots.models.pilot import PilotQuerySet


def pilots(token: Token) -> PilotQuerySet:
    return Pilot.objects.all() if token.all_pilots else Pilot.objects.filter(tokens=token)


def only_pilot(token: Token, *columns: str) -> Pilot | None:
    """None for a token of several pilots, or of none. Who needs few columns, and soon, names them."""
    reachable = pilots(token)
    found = list((reachable.only(*columns) if columns else reachable)[:2])
    return found[0] if len(found) == 1 else None


def may_be_a_slug(name: str) -> bool:
    """Anything else is not worth a question to the database, which refuses zero bytes."""
    return 0 < len(name) <= 50 and name.replace("-", "a").replace("_", "a").isalnum()


def named(token: Token, name: str) -> Pilot | None:
    """The pilot of that slug, else the token's only one."""
    found = pilots(token).filter(slug=name).first() if may_be_a_slug(name) else None
    return found or only_pilot(token)
