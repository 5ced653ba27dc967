"""The portfolio board: each pilot with its flag, its reason and what is due."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet, Subquery

from pilots.models import Decision, Pilot, Verdict
from pilots.models.pilot import UNDER_TRIAL as UNDER_TRIAL
from pilots.models.verdict import MachineFlag
from pilots.queries.freshness import freshness, with_freshness

DUE_WITHIN_DAYS = 14
VIEWS = {
    "all": "All",
    "needs-me": "Needs me",
    "mine": "My pilots",
    "due": "Decision due",
    "closed": "Decided",
}


@dataclass(frozen=True)
class Row:
    """One pilot as the board shows it. `flag` is empty until the first verdict, `decision` until the first signature."""

    pilot: Pilot
    flag: str
    reason: str
    decision: str
    decided_at: datetime | None
    days_left: int
    is_silent: bool

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
    def urgency(self) -> tuple[bool, bool, bool, bool, int, str]:
        """Sort key: overdue, stopped, silent and due pilots first, finished ones last."""
        return (
            not self.under_trial,
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


@dataclass(frozen=True)
class Filters:
    """As in the URL: `view` (a key of VIEWS), `flag`, `q` (text in name, workflow or owner)."""

    view: str = "all"
    flag: str = ""
    q: str = ""

    def keep(self, row: Row, *, person: User) -> bool:
        return in_view(row, self.view, person) and self.flag in ("", row.flag) and self._text_keeps(row)

    def _text_keeps(self, row: Row) -> bool:
        pilot = row.pilot
        words = f"{pilot.name} {pilot.workflow} {pilot.owner.get_full_name()} {pilot.owner.get_username()}"
        return self.q.casefold() in words.casefold()


@dataclass(frozen=True)
class Board:
    """`rows` are all pilots, `shown` those that the filters keep, `counts` how many each view has."""

    rows: list[Row]
    shown: list[Row]
    counts: dict[str, int]

    @property
    def due(self) -> int:
        return sum(row.is_due or row.is_overdue for row in self.rows)

    @property
    def overdue(self) -> int:
        return sum(row.is_overdue for row in self.rows)

    @property
    def stop_flags(self) -> int:
        return sum(row.under_trial and row.flag == MachineFlag.STOP for row in self.rows)

    @property
    def silent(self) -> int:
        return sum(row.is_silent for row in self.rows)

    @property
    def running(self) -> int:
        return sum(row.under_trial for row in self.rows)


def in_view(row: Row, view: str, person: User) -> bool:
    """An unknown view is that of all pilots."""
    if view == "mine":
        return row.belongs_to(person)
    if view == "needs-me":
        return row.needs(person)
    if view == "due":
        return row.is_due or row.is_overdue
    if view == "closed":
        return row.pilot.is_settled
    return True


def load(*, person: User, filters: Filters, now: datetime) -> Board:
    """One query. The figures in the head and on the tabs count all pilots, whatever the filters show."""
    rows = sorted((_row(pilot, now=now) for pilot in _pilots(person)), key=lambda row: row.urgency)
    return Board(
        rows=rows,
        shown=[row for row in rows if filters.keep(row, person=person)],
        counts={view: sum(in_view(row, view, person) for row in rows) for view in VIEWS},
    )


def _pilots(person: User) -> QuerySet[Pilot]:
    verdict = Verdict.objects.filter(pilot=OuterRef("pk")).order_by("-number")
    decision = Decision.objects.filter(pilot=OuterRef("pk")).order_by("-signed_at")
    return with_freshness(Pilot.objects.visible_to(person).select_related("owner")).annotate(
        verdict_flag=Subquery(verdict.values("flag")[:1]),
        verdict_reason=Subquery(verdict.values("reason")[:1]),
        decision=Subquery(decision.values("outcome")[:1]),
        decided_at=Subquery(decision.values("signed_at")[:1]),
    )


def _row(pilot: Pilot, *, now: datetime) -> Row:
    return Row(
        pilot=pilot,
        flag=pilot.verdict_flag or "",  # type: ignore[attr-defined]
        reason=pilot.verdict_reason or "",  # type: ignore[attr-defined]
        decision=pilot.decision or "",  # type: ignore[attr-defined]
        decided_at=pilot.decided_at,  # type: ignore[attr-defined]
        days_left=pilot.days_left(now.date()),
        is_silent=freshness(pilot, now=now).is_silent,
    )
