"""Examples of failure: the gallery, what caused them, and how many there are to what went well."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Sum, Value, When

from evaluations.models import Result, Suite
from evaluations.models.run import Outcome
from pilots.judging.facts import Phase
from pilots.models import Failure, FailurePicture, Pilot, Review, Rollup
from pilots.models.candidate import Role
from pilots.models.failure import FailureType, Severity
from pilots.models.review import ReviewVerdict
from pilots.models.schedule import PilotRun

PAGE = 24
UNRECORDED = 20
FILTERS = ("type", "severity", "status", "cause", "scenario")
"""As in the API."""


@dataclass(frozen=True)
class Cause:
    """`name` is empty where nobody has said yet; `cost` None where none of them was priced."""

    name: str
    count: int
    silent: int
    cost: Decimal | None


@dataclass(frozen=True)
class Ratio:
    """`items` are units of the candidate under trial that were measured, `accepted` reviews that let an answer pass as it
    was, `right` of `asked` questions of evaluation runs."""

    failures: int
    silent: int
    items: int
    accepted: int
    reviewed: int
    right: int
    asked: int

    @property
    def one_in(self) -> int | None:
        """Items for each failure."""
        return round(self.items / self.failures) if self.failures and self.items else None


@dataclass(frozen=True)
class Gallery:
    failures: list[Failure]
    found: int
    pages: int
    page: int
    causes: list[Cause]
    scenarios: list[str]
    ratio: Ratio
    unrecorded: list[Result]
    unrecorded_count: int
    suites: list[Suite]


def load(pilot: Pilot, *, given: Mapping[str, str], page: int) -> Gallery:
    """Eleven queries. Silent failures come first, then the worst, then the newest."""
    every = Failure.objects.filter(pilot=pilot)
    chosen = every.filter(**{name: value for name, value in given.items() if value and name in FILTERS})
    found = chosen.count()
    pages = max(-(-found // PAGE), 1)
    page = min(max(page, 1), pages)
    shown = _in_order(chosen).select_related("candidate", "reported_by", "token", "result__case")
    shown = shown.prefetch_related(Prefetch("pictures", FailurePicture.objects.defer("data")))
    missed = unrecorded(pilot)
    return Gallery(
        failures=list(shown[(page - 1) * PAGE : page * PAGE]),
        found=found,
        pages=pages,
        page=page,
        causes=_causes(every),
        scenarios=list(
            every.exclude(scenario="").order_by("scenario").values_list("scenario", flat=True).distinct()
        ),
        ratio=_ratio(pilot, every),
        unrecorded=list(missed.select_related("case", "target").order_by("-id")[:UNRECORDED]),
        unrecorded_count=missed.count(),
        suites=list(Suite.objects.filter(versions__in=pilot.schedules.values("suite_version")).distinct()),
    )


def unrecorded(pilot: Pilot) -> QuerySet[Result]:
    """Answers of the pilot's runs that did not pass and that no failure is about. Our own errors are no failures."""
    wrong = Result.objects.filter(
        target__run__in=PilotRun.objects.filter(pilot=pilot).values("run"), passed=False
    ).exclude(outcome=Outcome.INFRA_ERROR)
    known = Failure.objects.filter(pilot=pilot, result__isnull=False).values("result")
    return wrong.exclude(pk__in=known)


def _in_order(failures: QuerySet[Failure]) -> QuerySet[Failure]:
    ranks = {Severity.CRITICAL: 0, Severity.MAJOR: 1, Severity.MINOR: 2}
    severity = Case(
        *(When(severity=name, then=Value(rank)) for name, rank in ranks.items()), output_field=IntegerField()
    )
    silent = Case(When(type=FailureType.SILENT, then=Value(0)), default=Value(1), output_field=IntegerField())
    return failures.annotate(silent_first=silent, rank=severity).order_by("silent_first", "rank", "-id")


def _causes(failures: QuerySet[Failure]) -> list[Cause]:
    rows = (
        failures.order_by()
        .values("cause")
        .annotate(n=Count("id"), silent=Count("id", filter=Q(type=FailureType.SILENT)), money=Sum("cost"))
        .order_by("-n", "cause")
    )
    return [Cause(row["cause"], row["n"], row["silent"], row["money"]) for row in rows]


def _ratio(pilot: Pilot, failures: QuerySet[Failure]) -> Ratio:
    told = failures.aggregate(n=Count("id"), silent=Count("id", filter=Q(type=FailureType.SILENT)))
    primary = pilot.candidates.filter(role=Role.PRIMARY).values("pk")
    items = (
        Rollup.objects.filter(pilot=pilot, candidate__in=primary)
        .exclude(phase=Phase.BASELINE)
        .order_by()
        .values("metric_id")
        .annotate(n=Sum("units"))
        .order_by("-n")
        .values_list("n", flat=True)
    )
    reviews = Review.objects.filter(pilot=pilot).aggregate(
        n=Count("id"), accepted=Count("id", filter=Q(verdict=ReviewVerdict.ACCEPTED))
    )
    answers = (
        Result.objects.filter(target__run__in=PilotRun.objects.filter(pilot=pilot).values("run"))
        .exclude(outcome=Outcome.INFRA_ERROR)
        .aggregate(n=Count("id"), right=Count("id", filter=Q(passed=True)))
    )
    return Ratio(
        failures=told["n"],
        silent=told["silent"],
        items=items[0] if items else 0,
        accepted=reviews["accepted"],
        reviewed=reviews["n"],
        right=answers["right"],
        asked=answers["n"],
    )
