"""Looks at the board and at lists of the admin that a person keeps under a name. They are hers alone and change nothing."""

from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import User

from pilots.actions.refusals import Refused
from pilots.models import SavedView

MOST = 30
"""Kept for one place."""

PASSING = frozenset({"p", "page", "all", "e"})
"""Parts of an address that are of the moment: the page, and that an earlier address was wrong."""


def kept_of(query: str) -> str:
    """Filters, columns, search and order of an address, always in the same sequence."""
    pairs = sorted(parse_qsl(query))
    return urlencode([(key, value) for key, value in pairs if key not in PASSING and key[:1] != "_"])


def save(*, by: User, place: str, name: str, query: str) -> SavedView:
    """Under a name that is known, the new one takes the place of the old. Raises Refused."""
    name, kept = " ".join(name.split()), kept_of(query)
    if not 0 < len(name) <= 60:
        raise Refused("Give the view a name of up to 60 letters.", code="name")
    if not kept:
        raise Refused("Filter, search or sort first, then save the view under a name.", code="query")
    if len(kept) > 500:
        raise Refused("These filters are too long to be kept: search for fewer words.", code="query")
    known = SavedView.objects.filter(person=by, place=place)
    if not known.filter(name=name).exists() and known.count() >= MOST:
        raise Refused(f"{MOST} views are kept here. Delete one, then save this one.", code="most")
    saved, _ = SavedView.objects.update_or_create(person=by, place=place, name=name, defaults={"query": kept})
    return saved


def delete(*, by: User, number: int) -> SavedView | None:
    """What was deleted; of somebody else's, nothing is."""
    found = SavedView.objects.filter(person=by, pk=number).first()
    if found is not None:
        found.delete()
    return found
