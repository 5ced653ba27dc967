"""What a row says, from literal results."""

import math
import re
from typing import Any

import pytest

from pilots.judging.verdict import ArmSummary, MetricResult, Range, Role, Status
from pilots.reading.results import Line

MINUTES: dict[str, Any] = {
    "key": "goal:minutes",
    "metric": "minutes",
    "label": "Minutes per item",
    "unit": "min",
    "role": Role.GOAL,
    "candidate": "primary",
    "design": "before_after",
    "estimand": "mean",
    "direction": "lower",
    "status": Status.PROVEN,
    "reason": "minutes per item 4.1 min against 6.5 min before",
    "before": ArmSummary(n=400, days=28, value=6.5),
    "after": ArmSummary(n=1700, days=20, value=4.1),
    "estimate": 2.4,
    "interval": Range(low=1.93, high=2.86),
    "alpha": 0.05,
    "margin": "1.5",
    "threshold": 1.5,
}
WRONG: dict[str, Any] = {
    **MINUTES,
    "label": "Wrong fields",
    "unit": "",
    "estimand": "rate",
    "before": ArmSummary(n=900, days=28, value=0.0367),
    "after": ArmSummary(n=1400, days=20, value=0.0164),
    "estimate": 0.0203,
    "interval": Range(low=-0.0101, high=0.0493),
}
LATENCY: dict[str, Any] = {
    **MINUTES,
    "label": "Seconds until the label",
    "unit": "s",
    "design": "absolute",
    "estimand": "quantile",
    "role": Role.TRIGGER,
    "before": None,
    "after": ArmSummary(n=60, days=1, yes=2),
    "estimate": 0.0166666666667,
    "interval": Range(low=-0.115, high=0.0491),
    "limit": "10",
    "margin": None,
    "threshold": 0.0,
}
SPEND: dict[str, Any] = {
    **MINUTES,
    "label": "Spend",
    "unit": "EUR",
    "design": "absolute",
    "estimand": "total",
    "role": Role.TRIGGER,
    "hard": True,
    "before": None,
    "after": ArmSummary(n=70, days=20, value=65.51),
    "estimate": 334.49,
    "interval": Range(low=334.49, high=334.49),
    "limit": "400",
    "margin": None,
    "threshold": 0.0,
}
TARGET: dict[str, Any] = {
    **WRONG,
    "label": "Right queue",
    "direction": "higher",
    "after": ArmSummary(n=60, days=1, value=0.3),
    "estimate": -0.6,
    "interval": Range(low=-0.76, high=-0.39),
    "limit": "0.9",
    "margin": None,
    "threshold": 0.0,
    "status": Status.REFUTED,
}


def line(usual: dict[str, Any] = MINUTES, **changes: Any) -> Line:
    return Line(MetricResult(**{**usual, **changes}))


def described(drawing: str) -> str:
    """What the drawing tells those who do not see it; narrow and unbreakable spaces as plain ones."""
    found = re.search(r"<desc[^>]*>(.*?)</desc>", drawing)
    return re.sub(r"\s", " ", found[1]) if found else ""


@pytest.mark.parametrize(
    ("usual", "before", "after", "n"),
    [
        (MINUTES, "6.5 min", "4.1 min", "400 → 1,700"),
        (WRONG, "3.67 %", "1.64 %", "900 → 1,400"),
        (LATENCY, "", "3.33 % above 10 s", "60"),
        (SPEND, "", "65.51 EUR", "70"),
    ],
)
def test_values_carry_their_unit(usual: dict[str, Any], before: str, after: str, n: str) -> None:
    shown = line(usual)

    assert (shown.before, shown.after, shown.n) == (before, after, n)


@pytest.mark.parametrize(
    ("usual", "change"),
    [
        (MINUTES, "2.4 min better"),
        (WRONG, "2.03 points better"),
        (LATENCY, "1.67 points better than the limit"),
        (TARGET, "60 points worse than the goal"),
        (SPEND, ""),
    ],
)
def test_a_change_says_its_direction_in_words(usual: dict[str, Any], change: str) -> None:
    assert line(usual).change == change


def test_no_change_is_said() -> None:
    assert line(estimate=0.0).change == "no difference"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1.93, 2.86, "1.93 to 2.86 min better"),
        (-1.15, -0.557, "0.557 to 1.15 min worse"),
        (-1.0, 4.9, "1 min worse to 4.9 min better"),
        (0.0, 2.0, "no difference to 2 min better"),
        (-math.inf, 2.0, "unbounded to 2 min better"),
        (-math.inf, -2.0, "unbounded to 2 min worse"),
        (1.0, math.inf, "1 min better to unbounded"),
        (-math.inf, math.inf, "no interval yet"),
    ],
)
def test_an_interval_names_a_direction_once_where_its_ends_share_it(
    low: float, high: float, words: str
) -> None:
    assert line(interval=Range(low=low, high=high)).interval == words


def test_an_interval_of_shares_is_in_points() -> None:
    assert line(WRONG, interval=Range(low=0.01, high=0.042)).interval == "1 to 4.2 points better"


@pytest.mark.parametrize(
    ("interval", "tone"),
    [
        (Range(low=0.1, high=0.2), "better"),
        (Range(low=-0.2, high=-0.1), "worse"),
        (Range(low=-0.1, high=0.1), "same"),
        (None, "same"),
    ],
)
def test_a_change_is_coloured_only_where_its_interval_leaves_no_doubt(
    interval: Range | None, tone: str
) -> None:
    assert line(interval=interval).tone == tone


@pytest.mark.parametrize(
    ("usual", "changes", "words"),
    [
        (MINUTES, {}, "At least 0.43 min past the goal"),
        (MINUTES, {"interval": Range(low=0.9, high=2.6)}, "The cautious end is 0.6 min short of the goal"),
        (TARGET, {}, "At least 39 points short of the goal"),
        (MINUTES, {"role": Role.TRIGGER, "threshold": -0.5}, "At least 2.43 min from the limit"),
        (
            MINUTES,
            {"role": Role.TRIGGER, "threshold": -0.2, "interval": Range(low=-1.2, high=-0.6)},
            "At least 0.4 min past the limit",
        ),
        (LATENCY, {}, "The cautious end is 11.5 points past the limit"),
        (SPEND, {}, "334 EUR left to the limit"),
        (SPEND, {"interval": Range(low=-12.5, high=-12.5)}, "12.50 EUR over the limit"),
        (MINUTES, {"interval": Range(low=-math.inf, high=math.inf)}, ""),
        (MINUTES, {"interval": None}, ""),
        (MINUTES, {"role": Role.MONITOR}, ""),
    ],
)
def test_the_distance_to_the_line_is_said_by_the_cautious_end(
    usual: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    assert line(usual, **changes).room == words


@pytest.mark.parametrize(
    ("usual", "description"),
    [
        (
            MINUTES,
            "Now +2.4 min; interval from +1.93 min to +2.86 min; goal +1.5 min; before 0 min. Higher is better.",
        ),
        (SPEND, "Now 65.5 EUR; limit 400 EUR. Lower is better."),
        (LATENCY, "Now 3.33 %; interval from 0.09 % to 16.5 %; limit 5 %. Lower is better."),
        (TARGET, "Now 30 %; interval from 14 % to 51 %; goal 90 %; before 3.67 %. Higher is better."),
    ],
)
def test_the_number_line_shows_a_change_or_values_against_their_limit(
    usual: dict[str, Any], description: str
) -> None:
    assert described(line(usual).line) == description


def test_there_is_no_number_line_before_the_first_value_and_for_what_is_only_shown() -> None:
    assert line(estimate=None).line == ""
    assert line(role=Role.MONITOR).line == ""


def test_outcomes_without_an_answer_are_named() -> None:
    after = ArmSummary(
        n=60, days=1, value=3.0, outcomes={"ok": 50, "timeout": 8, "infra_error": 2, "refused": 0}
    )

    assert line(after=after).errors == "2 infra error, 8 timeout"
    assert line().errors == ""


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (Status.PROVEN, "met", "Proven"),
        (Status.SAFE, "met", "Safe"),
        (Status.BREACHED, "broken", "Breached"),
        (Status.REFUTED, "broken", "Refuted"),
        (Status.INSUFFICIENT, "info", "Too few yet"),
        (Status.STALE, "info", "Stale"),
    ],
)
def test_a_status_is_a_word_and_a_kind(status: Status, kind: str, word: str) -> None:
    shown = line(status=status)

    assert (shown.kind, shown.status) == (kind, word)


def test_every_status_has_a_word() -> None:
    assert all(line(status=status).status for status in Status)


def test_a_result_without_data_leaves_its_cells_empty() -> None:
    shown = line(status=Status.NO_DATA, after=None, before=None, estimate=None, interval=None)

    assert (shown.before, shown.after, shown.n, shown.change, shown.interval, shown.confidence) == (
        "", "", "0", "", "", "",
    )  # fmt: skip
