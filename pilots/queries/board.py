"""The portfolio board: each pilot with its flag, its reason and what is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Max, OuterRef, QuerySet, Subquery

from pilots.models import Decision, Measurement, Metric, Pilot, Verdict
from pilots.models.pilot import State
from pilots.models.verdict import MachineFlag

DUE_WITHIN_DAYS = 14
UNDER_TRIAL = (State.RUNNING, State.PAUSED)


@dataclass(frozen=True)
class Row:
    """One pilot as the board shows it. `flag` is empty until the first verdict."""

    pilot: Pilot
    flag: str
    reason: str
    decision: str
    days_left: int
    is_silent: bool

    @property
    def under_trial(self) -> bool:
        return self.pilot.state in UNDER_TRIAL

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


@dataclass(frozen=True)
class Board:
    rows: list[Row]
    shown: list[Row]

    @property
    def due(self) -> int:
        return sum(row.is_due or row.is_overdue for row in self.rows)

    @property
    def stop_flags(self) -> int:
        return sum(row.under_trial and row.flag == MachineFlag.STOP for row in self.rows)

    @property
    def silent(self) -> int:
        return sum(row.is_silent for row in self.rows)

    @property
    def running(self) -> int:
        return sum(row.under_trial for row in self.rows)


@dataclass(frozen=True)
class Filters:
    """As in the URL: `view` (all, mine, due, closed), `flag`, `q` (text in name, workflow or owner)."""

    view: str = "all"
    flag: str = ""
    q: str = ""

    def keep(self, row: Row, *, person: User) -> bool:
        return self._view_keeps(row, person) and self.flag in ("", row.flag) and self._text_keeps(row)

    def _view_keeps(self, row: Row, person: User) -> bool:
        if self.view == "mine":
            return person.pk in {row.pilot.owner_id, row.pilot.deputy_id, row.pilot.decider_id}
        if self.view == "due":
            return row.is_due or row.is_overdue
        if self.view == "closed":
            return row.pilot.state == State.DECIDED
        return True

    def _text_keeps(self, row: Row) -> bool:
        pilot = row.pilot
        words = f"{pilot.name} {pilot.workflow} {pilot.owner.get_full_name()} {pilot.owner.get_username()}".casefold()
        return self.q.casefold() in words


def load(*, person: User, filters: Filters, now: datetime) -> Board:
    """One query. The figures in the head count all pilots, whatever the filters show."""
    rows = sorted((_row(pilot, now=now) for pilot in _pilots(person)), key=lambda row: row.urgency)
    return Board(rows=rows, shown=[row for row in rows if filters.keep(row, person=person)])


def _pilots(person: User) -> QuerySet[Pilot]:
    verdict = Verdict.objects.filter(pilot=OuterRef("pk")).order_by("-number")
    decision = Decision.objects.filter(pilot=OuterRef("pk")).order_by("-signed_at")
    observed = Measurement.objects.filter(pilot=OuterRef("pk"), phase="pilot").order_by().values("pilot")
    patience = Metric.objects.filter(pilot=OuterRef("pk")).order_by().values("pilot")
    return (
        Pilot.objects.visible_to(person)
        .select_related("owner")
        .annotate(
            verdict_flag=Subquery(verdict.values("flag")[:1]),
            verdict_reason=Subquery(verdict.values("reason")[:1]),
            decided=Subquery(decision.values("outcome")[:1]),
            observed=Subquery(observed.annotate(at=Max("observed_at")).values("at")),
            patience=Subquery(patience.annotate(hours=Max("max_age_hours")).values("hours")),
        )
    )


def _row(pilot: Pilot, *, now: datetime) -> Row:
    newest = pilot.observed or pilot.started_at  # type: ignore[attr-defined]
    patience = timedelta(hours=pilot.patience or 48)  # type: ignore[attr-defined]
    return Row(
        pilot=pilot,
        flag=pilot.verdict_flag or "",  # type: ignore[attr-defined]
        reason=pilot.verdict_reason or "",  # type: ignore[attr-defined]
        decision=pilot.decided or "",  # type: ignore[attr-defined]
        days_left=pilot.days_left(now.date()),
        is_silent=pilot.state == State.RUNNING and newest is not None and now - newest > patience,
    )
