from django.contrib.auth.models import User

from pilots.models import SavedView


def of(person: User, place: str) -> list[SavedView]:
    """Those that she keeps for this place, by name. One query."""
    return list(SavedView.objects.filter(person=person, place=place))
