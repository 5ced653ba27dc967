import math
import re
from xml.etree import ElementTree

import pytest

from pilots.charts.number_line import Reading, describe, number_line
from pilots.charts.palette import PAPER

SVG = "{http://www.w3.org/2000/svg}"
HARM, GOAL, ACCENT, INK = "#fbe5e3", "#e0f1e6", "#0b5a6a", "#14202a"


def marks(reading: Reading, tag: str, **attributes: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(number_line(reading, title="Cost", palette=PAPER))
    return [
        node
        for node in root.findall(SVG + tag)
        if all(node.get(key) == value for key, value in attributes.items())
    ]


def caps(reading: Reading) -> str:
    return marks(reading, "path", stroke=ACCENT)[1].get("d")


def test_says_everything_it_shows():
    reading = Reading(estimate=3.4, low=3.1, high=3.7, limit=2.8, goal=2.0, reference=2.6, unit="min")

    assert describe(reading).replace("\u00a0", " ") == (
        "Now 3.4 min; interval from 3.1 min to 3.7 min; limit 2.8 min; goal 2 min; before 2.6 min. Lower is better."
    )


@pytest.mark.parametrize(("better", "harm_is_right"), [("lower", True), ("higher", False)])
def test_harm_lies_on_the_bad_side_of_the_limit_and_the_goal_on_the_good_side(better, harm_is_right):
    limit, goal = (3.0, 1.0) if harm_is_right else (1.0, 3.0)
    reading = Reading(estimate=2.0, limit=limit, goal=goal, better=better)

    [harm], [wanted] = marks(reading, "rect", fill=HARM), marks(reading, "rect", fill=GOAL)

    assert (float(harm.get("x")) > float(wanted.get("x"))) is harm_is_right
    assert marks(reading, "path", **{"stroke": "#ad2219", "stroke-width": ".7"}) != []
    assert marks(reading, "path", **{"stroke": "#17693a", "stroke-linecap": "round"}) != []


def test_closed_ends_are_bars():
    assert re.fullmatch(r"(M[\d.]+,26v12){2}", caps(Reading(estimate=2.0, low=1.0, high=3.0)))


def test_infinite_ends_are_open_arrows():
    open_both = caps(Reading(estimate=2.0, low=-math.inf, high=math.inf, limit=3.0))

    assert open_both == "M15,26l-7,6 7,6M305,26l7,6 -7,6"


def test_an_end_too_far_away_to_show_is_an_open_arrow():
    reading = Reading(estimate=2.0, low=1.5, high=900.0, limit=3.0)

    assert caps(reading).endswith("M305,26l7,6 -7,6")
    assert describe(reading) == "Now 2; interval from 1.5 to 900; limit 3. Lower is better."


@pytest.mark.parametrize("ends", [(None, 3.0), (1.0, None), (math.nan, 3.0)])
def test_half_an_interval_is_not_drawn(ends):
    low, high = ends

    assert marks(Reading(estimate=2.0, low=low, high=high), "path", stroke=ACCENT) == []


@pytest.mark.parametrize("missing", [None, math.nan])
def test_without_a_value_there_is_no_mark_and_the_words_say_so(missing):
    reading = Reading(estimate=missing, limit=3.0)

    assert marks(reading, "path", fill=INK) == []
    assert describe(reading) == "No value yet; limit 3. Lower is better."


def test_with_nothing_known_it_is_still_a_drawing():
    assert describe(Reading()) == "No value yet. Lower is better."
    assert len(marks(Reading(), "rect")) == 1


def test_equal_values_are_drawn_at_one_place():
    [diamond] = marks(Reading(estimate=5.0, low=5.0, high=5.0, reference=5.0), "path", fill=INK)

    assert diamond.get("d").startswith("M154,32")


def test_an_infinite_limit_draws_no_zone():
    assert marks(Reading(estimate=1.0, limit=math.inf), "rect", fill=HARM) == []
