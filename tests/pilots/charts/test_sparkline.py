import math
from xml.etree import ElementTree

import pytest

from pilots.charts.palette import PAPER
from pilots.charts.sparkline import sparkline

SVG = "{http://www.w3.org/2000/svg}"


def test_says_from_where_to_where():
    root = ElementTree.fromstring(sparkline([2.0, 5.0, 3.0], title="Minutes", unit="min"))

    assert root.find(f"{SVG}desc").text.replace("\u00a0", " ") == (
        "3 values, from 2 min to 3 min; lowest 2, highest 5."
    )


@pytest.mark.parametrize(
    ("values", "words", "dots", "lines"),
    [
        ([], "No values yet.", 0, 0),
        ([None, math.nan, math.inf], "No values yet.", 0, 0),
        ([4.0], "One value: 4.", 1, 0),
        ([4.0, 4.0], "2 values, from 4 to 4; lowest 4, highest 4.", 1, 1),
    ],
)
def test_draws_what_there_is(values, words, dots, lines):
    root = ElementTree.fromstring(sparkline(values, title="Minutes"))

    assert root.find(f"{SVG}desc").text == words
    assert len(root.findall(f"{SVG}circle")) == dots
    assert len(root.findall(f"{SVG}path")) == lines


def test_a_gap_is_not_bridged():
    [line] = ElementTree.fromstring(sparkline([1.0, 2.0, None, 3.0, 4.0], title="Minutes")).findall(
        f"{SVG}path"
    )

    assert line.get("d").count("M") == 2


def test_the_limit_is_dashed_and_a_limit_that_is_not_known_is_left_out():
    bounded = ElementTree.fromstring(sparkline([1.0, 2.0], title="Minutes", limit=0.0, palette=PAPER))
    free = ElementTree.fromstring(sparkline([1.0, 2.0], title="Minutes", limit=math.nan, palette=PAPER))

    assert [path.get("stroke-dasharray") for path in bounded.findall(f"{SVG}path")] == ["3 2", None]
    assert [path.get("stroke-dasharray") for path in free.findall(f"{SVG}path")] == [None]
