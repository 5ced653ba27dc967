"""One pilot as the board shows it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.contrib.auth.models import User

from pilots.judging.headline import Headline
from pilots.models import Pilot
from pilots.models.decision import DecisionOutcome
from pilots.models.pilot import SETTLED, UNDER_TRIAL
from pilots.models.verdict import MachineFlag

DUE_WITHIN_DAYS = 14


@dataclass(frozen=True)
class Row:
    """One pilot as the board shows it. `flag` is empty until the first verdict, `decision` until the first signature."""

    pilot: Pilot
    flag: str
    reason: str
    told: str
    decision: str
    decided_at: datetime | None
    decided_because: str
    review_on: date | None
    openness: str
    today: date
    is_silent: bool

    @cached_property
    def headline(self) -> Headline:
        """Read where it is shown or sorted by: of a thousand rows few are."""
        return Headline.from_json(json.loads(self.told))

    @property
    def days_left(self) -> int:
        return self.pilot.days_left(self.today)

    @property
    def under_trial(self) -> bool:
        return self.pilot.state in UNDER_TRIAL

    @property
    def is_draft(self) -> bool:
        return not self.pilot.is_frozen

    @property
    def is_overdue(self) -> bool:
        return self.under_trial and self.days_left < 0

    @property
    def is_due(self) -> bool:
        return self.under_trial and 0 <= self.days_left <= DUE_WITHIN_DAYS

    @property
    def is_ownerless(self) -> bool:
        """Its owner cannot sign in any more."""
        return self.pilot.state not in SETTLED and not self.pilot.owner.is_active

    @property
    def is_clean_stop(self) -> bool:
        """Stopped by a signature before its window was over: time was not used because it was there."""
        stopped = self.pilot.state in SETTLED and self.decision == DecisionOutcome.STOP
        return stopped and self.decided_at is not None and self.decided_at.date() <= self.pilot.window_end

    @property
    def is_to_be_looked_at_again(self) -> bool:
        """The day that the decision names has come, or comes soon. A decision that corrects it names a later one (R92)."""
        if self.review_on is None or self.pilot.state not in SETTLED:
            return False
        return (self.review_on - self.today).days <= DUE_WITHIN_DAYS

    @property
    def settled_because(self) -> str:
        """Of a pilot that is decided, the reason that was signed: what the machine last said is no reason any more."""
        return self.decided_because if self.pilot.state in SETTLED else ""

    @property
    def urgency(self) -> tuple[bool, bool, bool, bool, int, str]:
        """Sort key: overdue, stopped, silent and due pilots first, finished ones last."""
        return (
            not (self.under_trial or self.is_to_be_looked_at_again),
            not self.is_overdue,
            self.flag != MachineFlag.STOP,
            not self.is_silent,
            self.days_left,
            self.pilot.name,
        )

    def belongs_to(self, person: User) -> bool:
        return person.pk in {self.pilot.owner_id, self.pilot.deputy_id, self.pilot.decider_id}

    def needs(self, person: User) -> bool:
        """A decision that can be signed or is due, for the decider; a draft or a silent source, for who runs it."""
        if person.pk == self.pilot.decider_id:
            is_settled = self.flag not in ("", MachineFlag.COLLECTING)
            return self.under_trial and (is_settled or self.is_due or self.is_overdue)
        return self.belongs_to(person) and (self.is_draft or self.is_silent)

    def place(self, sort: str) -> tuple[object, ...]:
        """Sort key; what is not known comes last."""
        if sort == "name":
            return (self.pilot.name.casefold(),)
        if sort == "owner":
            owner = self.pilot.owner
            return ((owner.get_full_name() or owner.get_username()).casefold(), *self.urgency)
        if sort == "window":
            return (not self.under_trial, self.days_left, self.pilot.name)
        if sort == "net":
            return (self.headline.net is None, self.headline.net or 0.0, *self.urgency)
        if sort == "review":
            return (self.headline.review is None, -(self.headline.review or 0.0), *self.urgency)
        return self.urgency
