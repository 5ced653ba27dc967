"""The three ways to be wrong about a pilot in which nothing changed."""

from __future__ import annotations

from tests.simulation.claims import Claim, Kind, false_alarm

BOTH_WAYS = (
    false_alarm("false stop for harm", "harm", t_test="t_worse", static="static"),
    false_alarm("false go", "go", t_test="t_better"),
    false_alarm("false stop for futility", "futile"),
)
"""The truth lies on the margin of the goal and of the trigger: each of the three would be wrong."""

T_TEST_FAILS = Claim(
    "a daily t-test raises a false alarm (these streams are not easy)", "t_any", Kind.AT_LEAST, bound=0.15
)

ANY = false_alarm("any of the three, which read one interval here", "any", t_test="t_any")
