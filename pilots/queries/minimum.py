"""The four minimum metrics and the time to a first accepted output, each with whether it was measured or estimated.

None of them is typed where it can be computed, and none is left out: what is not known says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from statistics import mean, median

from django.db.models import Min

from evaluations.models import Result
from evaluations.models.run import RunState
from pilots.models import Candidate, EcosystemFinding, MoveCost, Pilot, Review
from pilots.models.candidate import Role
from pilots.models.profile import ControlAxis, EcosystemPart
from pilots.models.review import ReviewSource, ReviewVerdict
from pilots.queries import changes
from pilots.queries import control as controls

FRESH = timedelta(days=180)
DAY = timedelta(days=1)


class Basis(StrEnum):
    MEASURED = "measured"
    ESTIMATED = "estimated"
    MISSING = "not measured"


@dataclass(frozen=True)
class Part:
    """One axis, part, or candidate. `is_old`: its evidence is older than half a year, and is shown grey. `before`: the
    last other score it had."""

    name: str
    value: float | None
    evidence: str = ""
    dated_on: date | None = None
    is_old: bool = False
    before: float | None = None


@dataclass(frozen=True)
class Value:
    """`value` is None when nothing is known; `sentence` says it all in words, without the basis. `history`: how the parts
    came to stand where they stand, where that is kept."""

    key: str
    name: str
    value: float | None
    unit: str
    basis: Basis
    sentence: str
    parts: tuple[Part, ...] = ()
    history: tuple[controls.Step, ...] = ()


@dataclass(frozen=True)
class Minimum:
    migration_cost: Value
    control: Value
    ecosystem: Value
    iteration_speed: Value
    first_accepted: Value

    def __iter__(self) -> Iterator[Value]:
        yield from (
            self.migration_cost,
            self.control,
            self.ecosystem,
            self.iteration_speed,
            self.first_accepted,
        )


def load(pilot: Pilot, *, now: datetime) -> Minimum:
    """A fixed number of queries, whatever the number of measurements."""
    candidates = list(pilot.candidates.select_related("deployment__model", "deployment__host"))
    return Minimum(
        migration_cost=migration_cost(pilot),
        control=control(pilot, candidates, today=now.date()),
        ecosystem=ecosystem(pilot, today=now.date()),
        iteration_speed=iteration_speed(pilot, now=now),
        first_accepted=first_accepted(pilot, candidates),
    )


def migration_cost(pilot: Pilot) -> Value:
    """What was spent, once that is complete; until then the estimate, or what was spent beyond it."""
    rows = list(MoveCost.objects.filter(pilot=pilot))
    wage, nothing = pilot.wage_per_hour or Decimal(0), Decimal(0)
    spent = sum(((row.hours or nothing) * wage + (row.spend or nothing) for row in rows), nothing)
    unpriced = pilot.wage_per_hour is None and any(row.hours for row in rows)
    so_far = f"{_money(spent, pilot)} spent so far"
    if any(row.is_last for row in rows) and not unpriced:
        basis, value = Basis.MEASURED, spent
        sentence = f"The move cost {_money(spent, pilot)}"
    elif pilot.migration_cost is not None:
        basis, value = Basis.ESTIMATED, max(pilot.migration_cost, spent)
        sentence = f"The move is expected to cost {_money(value, pilot)}" + (f"; {so_far}" if rows else "")
    elif rows:
        basis, value = Basis.ESTIMATED, spent
        sentence = f"Nobody estimated the move; {so_far}"
    else:
        return _missing("migration_cost", "Cost of the move", "Nobody said what the move costs")
    if unpriced:
        sentence += "; hours are not counted, since no wage is given"
    return Value("migration_cost", "Cost of the move", float(value), pilot.currency, basis, sentence)


def control(pilot: Pilot, candidates: Sequence[Candidate], *, today: date) -> Value:
    """Four axes from 0 (none) to 3 (full). Where nobody rated an axis, the catalogue does, if it can."""
    history = controls.of_pilot(pilot, candidates)
    parts = [_axis(axis, [step for step in history if step.axis == axis], today) for axis in ControlAxis]
    by_hand = all(part.dated_on and not part.is_old for part in parts)
    value = _scored("control", "Control over data and runtime", parts, complete=by_hand)
    return replace(value, history=tuple(history))


def _axis(axis: ControlAxis, steps: Sequence[controls.Step], today: date) -> Part:
    """As its last step left it. Only a finding has a date, and can grow old."""
    name = controls.name_of(axis)
    if not steps:
        return Part(name, None)
    *earlier, last = steps
    other = [step.score for step in earlier if step.score not in (None, last.score)]
    found_on = last.on if last.is_finding else None
    return Part(
        name,
        last.score,
        last.evidence,
        found_on,
        is_old=found_on is not None and today - found_on > FRESH,
        before=other[-1] if other else None,
    )


def ecosystem(pilot: Pilot, *, today: date) -> Value:
    """Five parts from 0 (poor) to 3 (good). Old evidence goes grey and counts no more."""
    newest: dict[str, EcosystemFinding] = {}
    for row in pilot.ecosystem_findings.order_by("part", "-dated_on", "-id"):
        newest.setdefault(row.part, row)
    parts = [
        Part(
            str(part.label).split(":")[0],
            newest[part].score if part in newest else None,
            newest[part].evidence if part in newest else "",
            newest[part].dated_on if part in newest else None,
            part in newest and today - newest[part].dated_on > FRESH,
        )
        for part in EcosystemPart
    ]
    complete = all(part.value is not None and not part.is_old for part in parts)
    return _scored("ecosystem", "Quality of the ecosystem", parts, complete=complete)


def iteration_speed(pilot: Pilot, *, now: datetime) -> Value:
    """Median days from a change of prompt, model or plan to the first evaluated result after it."""
    name = "Iteration speed"
    tried = [change.at for change in changes.of_pilot(pilot) if change.is_tried]
    if not tried:
        return _missing("iteration_speed", name, "Nothing was changed yet, so nothing was tried again")
    done = pilot.runs.filter(run__state=RunState.DONE).values_list("run__finished_at", flat=True)
    finished = sorted(at for at in done if at is not None)
    waits = [
        (after - at) / DAY for at in tried if (after := next((end for end in finished if end >= at), None))
    ]
    weeks = max((now - (pilot.started_at or pilot.created_at)) / timedelta(weeks=1), 1.0)
    pace = f"{len(tried)} change{'' if len(tried) == 1 else 's'}, {len(tried) / weeks:.1f} a week"
    if not waits:
        return _missing("iteration_speed", name, f"{pace}; none was evaluated yet")
    days = median(waits)
    open_ones = f"; {len(tried) - len(waits)} not evaluated yet" if len(waits) < len(tried) else ""
    sentence = f"{_days(days)} from a change to its evaluated result, in the median: {pace}{open_ones}"
    return Value("iteration_speed", name, days, "days", Basis.MEASURED, sentence)


def first_accepted(pilot: Pilot, candidates: Sequence[Candidate]) -> Value:
    """Days from the charter to the first output somebody accepted, for each candidate; by a check where no person has."""
    name = "Time to a first accepted output"
    people = dict(
        Review.objects.filter(
            pilot=pilot, verdict=ReviewVerdict.ACCEPTED, source=ReviewSource.PERSON, candidate__isnull=False
        )
        .order_by()
        .values_list("candidate")
        .annotate(at=Min("reviewed_at"))
    )
    checks = dict(
        Result.objects.filter(target__run__in=pilot.runs.values("run"), passed=True)
        .order_by()
        .values_list("target__key")
        .annotate(at=Min("asked_at"))
    )
    parts = []
    for candidate in candidates:
        if candidate.role == Role.NON_AI:
            continue
        at, who = people.get(candidate.pk), "accepted by a person"
        if at is None:
            at, who = checks.get(candidate.slug), "passed a check"
        days = max((at - pilot.created_at) / DAY, 0.0) if at else None
        parts.append(Part(candidate.name, days, who if at else "", at.date() if at else None))
    known = [part.value for part in parts if part.value is not None]
    if not known:
        missing = _missing("first_accepted", name, "No output was accepted yet")
        return Value(missing.key, name, None, "", missing.basis, missing.sentence, tuple(parts))
    said = ", ".join(f"{part.name} {_days(part.value)}" for part in parts if part.value is not None)
    return Value(
        "first_accepted", name, min(known), "days", Basis.MEASURED, f"From the charter: {said}", tuple(parts)
    )


def _scored(key: str, name: str, parts: Sequence[Part], *, complete: bool) -> Value:
    counted = [part for part in parts if part.value is not None and not part.is_old]
    old = [part.name for part in parts if part.is_old]
    unknown = [part.name for part in parts if part.value is None]
    if not counted:
        said = "Every finding is old" if old else "Nobody looked into it"
        return Value(key, name, None, "of 3", Basis.MISSING, said, tuple(parts))
    score = mean(part.value for part in counted if part.value is not None)
    sentence = f"{score:.1f} of 3: " + ", ".join(f"{part.name.lower()} {part.value:.0f}" for part in counted)
    if old:
        sentence += f"; old and not counted: {', '.join(old).lower()}"
    if unknown:
        sentence += f"; not looked into: {', '.join(unknown).lower()}"
    basis = Basis.MEASURED if complete else Basis.ESTIMATED
    return Value(key, name, score, "of 3", basis, sentence, tuple(parts))


def _missing(key: str, name: str, sentence: str) -> Value:
    return Value(key, name, None, "", Basis.MISSING, sentence)


def _money(amount: Decimal, pilot: Pilot) -> str:
    return f"{amount:,.0f} {pilot.currency}"


def _days(days: float) -> str:
    return f"{days:.0f} days" if days >= 10 else f"{days:.1f} days"
