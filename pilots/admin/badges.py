"""Word, icon and colour of a state or a flag: always the three together."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from pilots.models.decision import DecisionOutcome
from pilots.models.pilot import State
from pilots.models.verdict import MachineFlag

LOOKS: dict[str, tuple[str, str]] = {
    State.DRAFT: ("edit_note", ""),
    State.READY: ("task_alt", "success"),
    State.RUNNING: ("play_circle", "primary"),
    State.PAUSED: ("pause_circle", "warning"),
    State.DECISION_DUE: ("notification_important", "warning"),
    State.DECIDED: ("gavel", "info"),
    State.CLOSED: ("inventory_2", ""),
    MachineFlag.COLLECTING: ("hourglass_top", ""),
    MachineFlag.GO: ("check_circle", "success"),
    MachineFlag.EXTEND: ("arrow_forward", "info"),
    MachineFlag.STOP: ("dangerous", "danger"),
    DecisionOutcome.SIMPLIFY: ("content_cut", "warning"),
}
"""Values of states, flags and outcomes do not overlap but where they mean the same."""


def badge(value: str, words: str, *, title: str = "") -> SafeString:
    icon, variant = LOOKS[value]
    return label(words, icon=icon, variant=variant, title=title)


def label(words: str, *, icon: str, variant: str = "", title: str = "") -> SafeString:
    return render_to_string(
        "unfold/helpers/label.html",
        {"icon": icon, "variant": variant, "text": words, "label_title": title},
    )
