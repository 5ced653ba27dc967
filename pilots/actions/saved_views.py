"""Looks at the board that a person keeps under a name. They are hers alone and change nothing."""

from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.models import User

from pilots.actions.refusals import Refused
from pilots.models import SavedView

MOST = 30
NAMES = ("view", "flag", "state", "friction", "openness", "owner", "q", "sort", "columns")
"""What of an address is kept."""


def save(*, by: User, name: str, query: str) -> SavedView:
    """Under a name that is known, the new one takes the place of the old. Raises Refused."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 60:
        raise Refused("Give the view a name of up to 60 letters.", code="name")
    kept = urlencode([(key, value) for key, value in parse_qsl(query) if key in NAMES])
    if len(kept) > 500:
        raise Refused("These filters are too long to be kept: search for fewer words.", code="query")
    known = SavedView.objects.filter(person=by)
    if not known.filter(name=name).exists() and known.count() >= MOST:
        raise Refused(f"{MOST} views are kept. Delete one, then save this one.", code="most")
    saved, _ = SavedView.objects.update_or_create(person=by, name=name, defaults={"query": kept})
    return saved


def delete(*, by: User, number: int) -> None:
    """Of somebody else's, nothing is deleted."""
    SavedView.objects.filter(person=by, pk=number).delete()
