"""When a reminder is due: the decision is overdue, or nobody runs the pilot any more."""

from dataclasses import dataclass
from datetime import date

from pilots.models import Pilot
from pilots.models.pilot import SETTLED

OVERDUE, OWNERLESS = "nudge.overdue", "nudge.ownerless"


@dataclass(frozen=True)
class Due:
    """`verb` is that of the log, `button` what the page offers, `text` the sentence that is sent."""

    verb: str
    button: str
    text: str


def due(pilot: Pilot, *, today: date) -> Due | None:
    """None where there is nothing to remind of. Asks the database nothing but the owner."""
    if pilot.state not in SETTLED and not pilot.owner.is_active:
        text = f"{pilot.name} has no owner who can sign in: hand it over to somebody who runs it."
        return Due(OWNERLESS, "Ask for an owner", text)
    if pilot.is_under_trial and pilot.days_left(today) < 0:
        text = (
            f"the decision was due on {pilot.window_end:%-d %B %Y}. "
            "Complete the memo and hand it over; what is not settled yet can be proposed as an extension."
        )
        return Due(OVERDUE, "Remind the owner", text)
    return None
