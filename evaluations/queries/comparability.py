"""What must be the same for two targets to be held against one another: the tasks, and how answers are scored."""

from evaluations.models import RunTarget

SAME = {
    "suite_hash": "They were asked different tasks: another suite, or another version of it.",
    "scorer": "Their answers were scored by different scorers.",
    "scorer_options": "Their scorer had different options.",
    "scoring": "Their answers were scored by different versions of the scorer.",
    "judge": "Their answers were judged by another model, or by the same one told something else.",
}
"""Fields of a target's plan; model, prompt and settings are what one compares."""


def differences(left: RunTarget, right: RunTarget) -> list[str]:
    """One sentence for each; empty when the two may be compared."""
    if not (left.plan.get("suite_hash") and right.plan.get("suite_hash")):
        return ["Which tasks one of them was asked is not recorded."]
    return [words for name, words in SAME.items() if left.plan.get(name) != right.plan.get(name)]
