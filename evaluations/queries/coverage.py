"""Which situations a suite asks about, and how each went: what has no case is "not tested", never fine."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from evaluations.formats.scenarios import SCENARIOS, plain_name
from evaluations.models import Case, Result, Run, RunTarget, SuiteVersion
from evaluations.models.run import Outcome

NOT_NAMED = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """One situation: its name, what to call it, and how many cases it has. None of them: not tested."""

    name: str
    label: str
    cases: int
    must_abstain: int

    @property
    def tested(self) -> bool:
        return self.cases > 0


@dataclass(frozen=True, slots=True)
class Went:
    """How one target did in one situation; `n` counts results, our own errors left out."""

    n: int
    passed: int

    @property
    def share(self) -> float | None:
        return self.passed / self.n if self.n else None


def coverage(version: SuiteVersion | None) -> list[Covered]:
    """The known situations in their order, then the team's own, then cases that name none. Two queries."""
    cases: Counter[str] = Counter()
    abstaining: Counter[str] = Counter()
    if version is not None:
        found = Case.objects.filter(version=version).order_by()
        for scenario, number, abstain in found.values_list("scenario").annotate(
            number=Count("pk"), abstain=Count("pk", filter=Q(must_abstain=True))
        ):
            cases[plain_name(scenario)] += number
            abstaining[plain_name(scenario)] += abstain
        for scenario, tags in found.exclude(tags=[]).values_list("scenario", "tags"):
            # A tag counts for a known situation alone; others only tell cases apart.
            for name in {plain_name(tag) for tag in tags} & SCENARIOS.keys() - {plain_name(scenario)}:
                cases[name] += 1
    return [
        Covered(name, SCENARIOS.get(name, name or "No situation named"), cases[name], abstaining[name])
        for name in _ordered(cases)
    ]


def by_scenario(run: Run) -> list[tuple[Covered, Mapping[int, Went]]]:
    """Each situation of the run's version, with how each target did, by target id."""
    rows: dict[str, dict[int, Went]] = {}
    targets = RunTarget.objects.filter(run=run)
    found = Result.objects.filter(target__in=targets).exclude(outcome=Outcome.INFRA_ERROR).order_by()
    for target, scenario, n, passed in found.values_list("target_id", "case__scenario").annotate(
        n=Count("pk"), good=Count("pk", filter=Q(passed=True))
    ):
        before = rows.setdefault(plain_name(scenario), {}).get(target, Went(0, 0))
        rows[plain_name(scenario)][target] = Went(before.n + n, before.passed + passed)
    return [(covered, rows.get(covered.name, {})) for covered in coverage(run.suite_version)]


def _ordered(cases: Iterable[str]) -> list[str]:
    own = sorted(name for name in cases if name and name not in SCENARIOS)
    return [*SCENARIOS, *own, *([NOT_NAMED] if NOT_NAMED in cases else [])]
