"""The nine rules in their order: the first that matches decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pilots.judging.case import Case
from pilots.judging.rules.collecting import collecting
from pilots.judging.rules.data import unusable_data
from pilots.judging.rules.extend import extend
from pilots.judging.rules.futility import futility
from pilots.judging.rules.go import go
from pilots.judging.rules.hard import hard_trigger
from pilots.judging.rules.harm import harm
from pilots.judging.rules.unresolved import unresolved
from pilots.judging.rules.vendor import vendor
from pilots.judging.verdict import Finding


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`find` returns None when the rule does not apply; it may raise, which is a finding of its own."""

    number: int
    name: str
    find: Callable[[Case], Finding | None]


RULES = (
    Rule(number=1, name="a hard trigger fired", find=hard_trigger),
    Rule(number=2, name="a stop trigger is breached", find=harm),
    Rule(number=3, name="the host retires the model before proof is possible", find=vendor),
    Rule(number=4, name="required data cannot be judged", find=unusable_data),
    Rule(number=5, name="everything is proven, safe and in place", find=go),
    Rule(number=6, name="a goal is refuted or the move cannot pay", find=futility),
    Rule(number=7, name="the window is open", find=collecting),
    Rule(number=8, name="an extension would settle it", find=extend),
    Rule(number=9, name="nothing would settle it", find=unresolved),
)
