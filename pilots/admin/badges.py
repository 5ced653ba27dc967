"""Word, icon and colour of a state or a flag: always the three together."""

from functools import cache

from django.template.loader import render_to_string
from django.utils.html import escape
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
TITLE = "[[title]]"
"""Where the title goes: a reason is another one in each row."""


def badge(value: str, words: str, *, title: str = "") -> SafeString:
    icon, variant = LOOKS[value]
    return label(words, icon=icon, variant=variant, title=title)


def label(words: str, *, icon: str, variant: str = "", title: str = "") -> SafeString:
    drawn = _drawn(words, icon, variant, TITLE if title else "")
    return SafeString(drawn.replace(TITLE, escape(title)))


@cache
def _drawn(words: str, icon: str, variant: str, title: str) -> str:
    """Drawn once for each word: a list has a hundred, and the template is the dearest part of a row."""
    return render_to_string(
        "unfold/helpers/label.html",
        {"icon": icon, "variant": variant, "text": words, "label_title": title},
    )
