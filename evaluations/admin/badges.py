"""Word, icon and colour of a state or an outcome: always the three together."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from evaluations.models.run import Outcome, RunState

LOOKS: dict[str, tuple[str, str]] = {
    RunState.QUEUED: ("schedule", ""),
    RunState.RUNNING: ("play_circle", "primary"),
    RunState.DONE: ("check_circle", "success"),
    RunState.FAILED: ("error", "danger"),
    RunState.CANCELLED: ("cancel", "warning"),
}
OUTCOMES: dict[str, tuple[str, str]] = {Outcome.OK: ("chat", ""), Outcome.INFRA_ERROR: ("build", "warning")}
FAILED = ("report", "danger")


def state_badge(state: str, words: str) -> SafeString:
    icon, variant = LOOKS[state]
    return _label(words, icon, variant)


def outcome_badge(outcome: str) -> SafeString:
    icon, variant = OUTCOMES.get(outcome, FAILED)
    return _label(Outcome(outcome).label, icon, variant)


def passed_badge(passed: bool) -> SafeString:
    return _label("Passed", "check", "success") if passed else _label("Not passed", "close", "danger")


def _label(words: str, icon: str, variant: str) -> SafeString:
    return render_to_string(
        "unfold/helpers/label.html", {"text": words, "icon": icon, "variant": variant, "label_title": ""}
    )
