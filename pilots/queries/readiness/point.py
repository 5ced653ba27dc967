from dataclasses import dataclass
from enum import StrEnum


class Lint(StrEnum):
    """The register of the checklist: all that is looked for before the start."""

    FRICTION = "friction"
    PROMISE_WITHOUT_VOLUME = "promise_without_volume"
    PROMISE_WITHOUT_MINUTES = "promise_without_minutes"
    SCOPE_NOT_NARROW = "scope_not_narrow"
    TWO_FLOWS = "two_flows"
    REAL_PROBLEM = "real_problem"
    EXTRA_CONTROL = "extra_control"
    SILENT_FAILURE = "silent_failure"
    SILENT_FAILURE_TRIGGER = "silent_failure_trigger"
    OWNER = "owner"
    DECIDER = "decider"
    WINDOW_TOO_SHORT = "window_too_short"
    MAINTENANCE_TOO_SHORT = "maintenance_too_short"
    BASELINE_TOO_SHORT = "baseline_too_short"
    NO_PRIMARY = "no_primary"
    ONE_KIND_OF_MODEL = "one_kind_of_model"
    NO_GOAL = "no_goal"
    NO_TRIGGER = "no_trigger"
    NO_FALLBACK_TRIGGER = "no_fallback_trigger"
    ACTIVITY_DECIDES = "activity_decides"
    MARGIN_AGAINST_NOTHING = "margin_against_nothing"
    GOAL_ON_TOTAL = "goal_on_total"
    HARD_BY_CHANCE = "hard_by_chance"
    FLUENT_NOT_CORRECT = "fluent_not_correct"
    DEMO_AS_EVIDENCE = "demo_as_evidence"
    FALLBACK_MISSING = "fallback_missing"
    FALLBACK_UNDERESTIMATED = "fallback_underestimated"
    COMPLEXITY_BEFORE_RULES = "complexity_before_rules"
    KIT = "kit"
    HOPELESS = "hopeless"


MAY_BE_LEFT_OPEN = frozenset(
    {
        Lint.SCOPE_NOT_NARROW,
        Lint.TWO_FLOWS,
        Lint.WINDOW_TOO_SHORT,
        Lint.MAINTENANCE_TOO_SHORT,
        Lint.BASELINE_TOO_SHORT,
        Lint.ONE_KIND_OF_MODEL,
        Lint.NO_FALLBACK_TRIGGER,
        Lint.FLUENT_NOT_CORRECT,
        Lint.DEMO_AS_EVIDENCE,
        Lint.FALLBACK_UNDERESTIMATED,
        Lint.COMPLEXITY_BEFORE_RULES,
        Lint.KIT,
        Lint.HOPELESS,
    }
)
"""With a reason that is kept. All others keep the pilot from starting until they are put right."""

LONGEST_CODE = 40


@dataclass(frozen=True)
class Missing:
    """One point that keeps a draft from starting: the field, the reason, the fix.

    `about` tells apart points of one lint: which metric of the kit, which goal or trigger.
    """

    field: str
    reason: str
    fix: str
    lint: Lint
    about: str = ""

    @property
    def code(self) -> str:
        return f"{self.lint}_{self.about}"[:LONGEST_CODE] if self.about else str(self.lint)

    @property
    def overridable(self) -> bool:
        return self.lint in MAY_BE_LEFT_OPEN
