"""Several checks of one answer, each by a scorer of its own: `expected` carries them, case by case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evaluations.scoring.options import nearest, only
from evaluations.scoring.score import Options, Score, Scorer, ScorerMisused

VERSION = 1

FIELDS = ("scorer", "expected", "options", "negate", "weight")
FORM = 'Write {"checks": [{"scorer": "contains", "expected": "Paris"}]}.'


@dataclass(frozen=True, slots=True)
class Check:
    """`negate`: passes when the scorer says no. `weight`: its part in the value; 0 only informs."""

    scorer: str
    expected: object = None
    options: Options = None  # type: ignore[assignment]
    negate: bool = False
    weight: float = 1.0


def read(expected: object) -> tuple[list[Check], float | None]:
    """The checks of a case and the value from which they pass together; raises ScorerMisused."""
    if (
        not isinstance(expected, Mapping)
        or not isinstance(given := expected.get("checks"), list)
        or not given
    ):
        raise ScorerMisused(f"The expected value must hold a list of checks. {FORM}")
    only(dict.fromkeys(expected), "checks", "threshold")
    threshold = expected.get("threshold")
    if threshold is not None and (
        isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1
    ):
        raise ScorerMisused("'threshold' must be a number from 0 to 1.")
    return [_check(one) for one in given], threshold


def score(find: Callable[[str], Scorer], expected: object, answer_text: str, options: Options) -> Score:
    """All checks must pass or, with a threshold, their weighted mean must reach it. Options `judge`, `instructions` and
    `verdicts` are handed to the checks of a model judge."""
    only(options, "judge", "instructions", "verdicts")
    checks, threshold = read(expected)
    given = [(check, _scored(find, check, answer_text, options)) for check in checks]
    weight = sum(check.weight for check in checks)
    value = sum(check.weight * one.value for check, one in given) / weight if weight else 1.0
    counted = [one for check, one in given if check.weight]
    passed = all(one.passed for one in counted) if threshold is None else value >= threshold
    failed = [f"{check.scorer}: {one.detail}" for check, one in given if not one.passed]
    broken = [one.violations for _, one in given if one.violations is not None]
    return Score(value, passed, " ".join(failed)[:1000], violations=sum(broken) if broken else None)


def _check(given: object) -> Check:
    if not isinstance(given, Mapping):
        raise ScorerMisused(f"A check must be an object. {FORM}")
    for name in given:
        if name not in FIELDS:
            raise ScorerMisused(f"Unknown field {name!r} in a check. {nearest(str(name), list(FIELDS))}")
    name, options, weight = given.get("scorer"), given.get("options", {}), given.get("weight", 1)
    if not isinstance(name, str) or name == "checks":
        raise ScorerMisused("A check must name a scorer, and not 'checks' again.")
    if not isinstance(options, Mapping) or not isinstance(given.get("negate", False), bool):
        raise ScorerMisused("In a check, 'options' must be an object and 'negate' true or false.")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < float("inf"):
        raise ScorerMisused("In a check, 'weight' must be a number of 0 or more.")
    return Check(name, given.get("expected"), options, given.get("negate", False), float(weight))


def _scored(find: Callable[[str], Scorer], check: Check, answer_text: str, options: Options) -> Score:
    wanted = {**check.options, **options} if check.scorer == "model_judge" else check.options
    one = find(check.scorer)(check.expected, answer_text, wanted)
    if not check.negate:
        return one
    return Score(
        1.0 - one.value, not one.passed, one.detail or "This must not be so, but is.", one.violations
    )
