"""Lists of the admin that a person keeps under a name. They are hers alone and change nothing."""

from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import User

from pilots.actions.refusals import Refused
from pilots.models import SavedList

MOST = 30
PASSING = frozenset({"p", "all", "e"})
"""Parts of an address that are of the moment: the page, and that an earlier address was wrong."""


def kept_of(query: str) -> str:
    """Filters, search and order of an address, always in the same sequence."""
    pairs = sorted(parse_qsl(query))
    return urlencode([(key, value) for key, value in pairs if key not in PASSING and key[:1] != "_"])


def save(*, by: User, of: str, name: str, query: str) -> SavedList:
    """Under a name that is known, the new one takes the place of the old. Raises Refused."""
    name, kept = " ".join(name.split()), kept_of(query)
    if not 0 < len(name) <= 60:
        raise Refused("Give the list a name of up to 60 letters.", code="name")
    if not kept:
        raise Refused("Filter, search or sort first, then keep the list under a name.", code="query")
    if len(kept) > 500:
        raise Refused("These filters are too long to be kept: search for fewer words.", code="query")
    known = SavedList.objects.filter(person=by, of=of)
    if not known.filter(name=name).exists() and known.count() >= MOST:
        raise Refused(f"{MOST} lists are kept. Forget one, then keep this one.", code="most")
    saved, _ = SavedList.objects.update_or_create(person=by, of=of, name=name, defaults={"query": kept})
    return saved


def delete(*, by: User, number: int) -> SavedList | None:
    """What was deleted; of somebody else's, nothing is."""
    found = SavedList.objects.filter(person=by, pk=number).first()
    if found is not None:
        found.delete()
    return found
