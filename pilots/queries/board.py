"""The portfolio board: each pilot with its flag, its reason and what is due."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.models import User
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast

from pilots.models import Candidate, Decision, Pilot, Verdict
from pilots.models.candidate import Role
from pilots.models.pilot import SETTLED
from pilots.models.pilot import UNDER_TRIAL as UNDER_TRIAL
from pilots.models.verdict import MachineFlag
from pilots.queries.board_row import DUE_WITHIN_DAYS as DUE_WITHIN_DAYS
from pilots.queries.board_row import Row as Row
from pilots.queries.freshness import freshness, with_freshness

PAGE = 25
VIEWS = {
    "mine": "My pilots",
    "all": "All",
    "due": "Due",
    "needs-me": "Needs me",
    "look-again": "Look again",
    "closed": "Closed",
}
SORTS = {
    "urgency": "Most urgent first",
    "name": "Name",
    "owner": "Owner",
    "window": "Days left",
    "net": "Net effect, worst first",
    "review": "Review minutes, most first",
}
SHOWN_OF_A_PILOT = (
    "slug",
    "name",
    "workflow",
    "state",
    "is_demo",
    "friction_kind",
    "baseline_start",
    "window_start",
    "maintenance_start",
    "window_end",
    "started_at",
    "decider",
    "deputy",
    "owner",
    "team",
)
NARROWING = ("flag", "state", "friction", "openness", "owner", "team", "q")
SHOWN_OF_AN_OWNER = ("username", "first_name", "last_name", "is_active")


@dataclass(frozen=True)
class Filters:
    """As in the address and, but for `view`, `sort` and `page`, in the API: `view` is a key of VIEWS, `q` is text in name,
    workflow or owner, `owner` a user name, `openness` open or closed: of the weights of the model under trial."""

    view: str = "all"
    flag: str = ""
    state: str = ""
    friction: str = ""
    openness: str = ""
    owner: str = ""
    team: str = ""
    q: str = ""
    sort: str = "urgency"
    page: int = 1

    @property
    def narrowing(self) -> dict[str, str]:
        """Those that leave pilots out, by their name in the address."""
        found = {name: getattr(self, name) for name in NARROWING}
        return {name: value for name, value in found.items() if value}

    def keep(self, row: Row, *, person: User) -> bool:
        pilot = row.pilot
        return (
            in_view(row, self.view, person)
            and self.flag in ("", row.flag)
            and self.state in ("", pilot.state)
            and self.friction in ("", pilot.friction_kind)
            and self.openness in ("", row.openness)
            and self.owner in ("", pilot.owner.get_username())
            and self.team in ("", pilot.team)
            and self._text_keeps(pilot)
        )

    def _text_keeps(self, pilot: Pilot) -> bool:
        if not self.q:
            return True
        words = f"{pilot.name} {pilot.workflow} {pilot.owner.get_full_name()} {pilot.owner.get_username()}"
        return self.q.casefold() in words.casefold()


@dataclass(frozen=True)
class Board:
    """`rows` are all pilots, `found` those that the filters keep, `counts` how many each view has."""

    rows: list[Row]
    found: list[Row]
    counts: dict[str, int]
    filters: Filters = field(default_factory=Filters)

    @property
    def shown(self) -> list[Row]:
        """The page that is asked for; the last one, where there are fewer."""
        return self.found[(self.page - 1) * PAGE : self.page * PAGE]

    @property
    def page(self) -> int:
        return min(max(self.filters.page, 1), self.pages)

    @property
    def pages(self) -> int:
        return max(-(-len(self.found) // PAGE), 1)

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

    @property
    def clean_stops(self) -> int:
        return sum(row.is_clean_stop for row in self.rows)

    @property
    def teams(self) -> list[str]:
        return sorted({row.pilot.team for row in self.rows if row.pilot.team})

    @property
    def owners(self) -> list[User]:
        """Whoever owns a pilot, by name."""
        found = {row.pilot.owner_id: row.pilot.owner for row in self.rows}
        return sorted(found.values(), key=lambda owner: owner.get_full_name() or owner.get_username())


def in_view(row: Row, view: str, person: User) -> bool:
    """An unknown view is that of all pilots."""
    if view == "mine":
        return row.belongs_to(person)
    if view == "needs-me":
        return row.needs(person)
    if view == "due":
        return row.is_due or row.is_overdue
    if view == "look-again":
        return row.is_to_be_looked_at_again
    if view == "closed":
        return row.pilot.state in SETTLED
    return True


def load(*, person: User, filters: Filters, now: datetime) -> Board:
    """Four queries. The figures in the head and on the tabs count all pilots, whatever the filters show."""
    pilots = list(_pilots(person))
    verdicts = _newest_verdicts(pilots)
    decisions = _newest_decisions(pilots)
    rows = [_row(pilot, verdicts, decisions, now=now) for pilot in pilots]
    found = [row for row in rows if filters.keep(row, person=person)]
    return Board(
        rows=rows,
        found=sorted(found, key=lambda row: row.place(filters.sort)),
        counts={view: sum(in_view(row, view, person) for row in rows) for view in VIEWS},
        filters=filters,
    )


def of_person(person: User, *, now: datetime) -> list[Row]:
    """The pilots in which the person has a part, what is urgent first, without what was decided. Two queries."""
    part = Q(owner=person) | Q(deputy=person) | Q(decider=person)
    pilots = list(_pilots(person).prefetch_related(None).filter(part))
    verdicts = _newest_verdicts(pilots) if pilots else {}
    rows = [_row(pilot, verdicts, {}, now=now) for pilot in pilots]
    return sorted(rows, key=lambda row: row.urgency)


def openness() -> Subquery:
    """Of the model under trial: open, gated or closed weights."""
    primary = Candidate.objects.filter(pilot=OuterRef("pk"), role=Role.PRIMARY)
    return Subquery(primary.order_by().values("deployment__model__weights")[:1])


def text_filter(words: str) -> Q:
    """What `q` finds, as a condition of the database."""
    fields = ("name", "workflow", "owner__first_name", "owner__last_name", "owner__username")
    condition = Q()
    for name in fields:
        condition |= Q(**{f"{name}__icontains": words})
    return condition


def _pilots(person: User) -> QuerySet[Pilot]:
    newest = Verdict.objects.filter(pilot=OuterRef("pk")).order_by("-number")
    owners = Prefetch("owner", User.objects.only(*SHOWN_OF_AN_OWNER))  # few people own many pilots
    visible = Pilot.objects.visible_to(person).prefetch_related(owners).only(*SHOWN_OF_A_PILOT)
    return with_freshness(visible).annotate(verdict_id=Subquery(newest.values("pk")[:1]), openness=openness())


Newest = dict[int, tuple[str, str, str]]
Signed = dict[int, tuple[str, datetime, str, date]]


def _newest_verdicts(pilots: list[Pilot]) -> Newest:
    """Flag, reason and headline, as it is written, by the number of the verdict; the evidence stays where it is."""
    wanted = [pilot.verdict_id for pilot in pilots if pilot.verdict_id]  # type: ignore[attr-defined]
    rows = (
        Verdict.objects.filter(_Among("pk", wanted)).annotate(told=Cast("headline", TextField())).order_by()
    )
    return {
        pk: (flag, reason, told)
        for pk, flag, reason, told in rows.values_list("pk", "flag", "reason", "told")
    }


def _newest_decisions(pilots: list[Pilot]) -> Signed:
    """By pilot."""
    rows = Decision.objects.filter(_Among("pilot_id", [pilot.pk for pilot in pilots]))
    newest = rows.order_by("pilot_id", "-signed_at").distinct("pilot_id")
    told = newest.values_list("pilot_id", "outcome", "signed_at", "reason", "review_on")
    return {pk: (outcome, at, reason, again) for pk, outcome, at, reason, again in told}


class _Among(Func):
    """`column = ANY(array)`: one parameter, however many numbers. A statement with a thousand places takes longer to read
    than to answer."""

    template, arg_joiner, output_field = "%(expressions)s)", " = ANY(", BooleanField()

    def __init__(self, column: str, numbers: list[int]) -> None:
        super().__init__(F(column), Value(numbers, output_field=ArrayField(BigIntegerField())))


def _row(pilot: Pilot, verdicts: Newest, decisions: Signed, *, now: datetime) -> Row:
    number: int = pilot.verdict_id or 0  # type: ignore[attr-defined]
    flag, reason, told = verdicts.get(number, ("", "", "{}"))
    decision, decided_at, because, review_on = decisions.get(pilot.pk, ("", None, "", None))
    return Row(
        pilot=pilot,
        flag=flag,
        reason=reason,
        told=told,
        decision=decision,
        decided_at=decided_at,
        decided_because=because,
        review_on=review_on,
        openness=pilot.openness or "",  # type: ignore[attr-defined]
        today=now.date(),
        is_silent=freshness(pilot, now=now).is_silent,
    )
