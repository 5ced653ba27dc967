"""Where a decision stands: the one in force, and a first signature that waits for a second."""

from pilots.models import Decision, FirstSignature, Pilot


def standing(pilot: Pilot) -> Decision | None:
    """The newest decision, which is the one that nothing supersedes; None before the first."""
    return Decision.objects.filter(pilot=pilot, superseded_by__isnull=True).order_by("-pk").first()


def open_first(pilot: Pilot) -> FirstSignature | None:
    """The first signature that nobody has answered yet."""
    return FirstSignature.objects.filter(pilot=pilot, answer__isnull=True).select_related("signed_by").first()
