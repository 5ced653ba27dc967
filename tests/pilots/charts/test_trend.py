import math
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from pilots.charts.palette import PAPER
from pilots.charts.trend import Change, Point, Trend, describe, trend

SVG = "{http://www.w3.org/2000/svg}"
ACCENT, STOP, MUTED, INK = "#0b5a6a", "#ad2219", "#52606a", "#14202a"
START = date(2026, 3, 2)


def series(*values: float | None) -> list[Point]:
    return [Point(at=START + timedelta(days=index), value=value) for index, value in enumerate(values)]


def marks(shown: Trend, tag: str, **attributes: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(trend(shown, title="Cost", palette=PAPER))
    return [
        node
        for node in root.findall(SVG + tag)
        if all(node.get(key) == value for key, value in attributes.items())
    ]


def course(shown: Trend) -> list[str]:
    return [path.get("d") for path in marks(shown, "path", **{"stroke": ACCENT, "stroke-width": "1.8"})]


def test_says_everything_it_shows():
    points = [Point(at=START, value=2.0), Point(at=date(2026, 3, 3), value=3.4567, low=3.0, high=math.inf)]
    shown = Trend(
        points=points,
        unit="min",
        baseline=2.6,
        stop=2.8,
        changes=[Change(at=date(2026, 3, 3), label="Prompt v3")],
        firings=[date(2026, 3, 3)],
    )

    assert describe(shown).replace("\u00a0", " ") == (
        "2 values, 2 Mar 2026 to 3 Mar 2026; last 3.46 min, interval from 3 min to no upper end; baseline 2.6 min; "
        "stop line 2.8 min; fired on 3 Mar 2026; Prompt v3 on 3 Mar 2026."
    )


@pytest.mark.parametrize("points", [[], series(None, math.nan)])
def test_without_values_it_says_so_and_draws_no_line(points):
    shown = Trend(points=points, stop=2.8)

    assert describe(shown) == "No values yet."
    assert course(shown) == []
    assert marks(shown, "circle") == []


def test_one_value_is_a_dot_in_the_middle():
    shown = Trend(points=series(5.0))

    [dot] = marks(shown, "circle", fill=ACCENT)

    assert course(shown) == []
    assert dot.get("cx") == "228"


def test_a_gap_is_not_bridged():
    [drawn] = course(Trend(points=series(1.0, 2.0, None, 3.0, 4.0)))

    assert drawn.count("M") == 2


def test_a_value_between_two_gaps_is_a_dot():
    shown = Trend(points=series(1.0, 2.0, None, 3.0, None, 4.0, 5.0))

    assert len(marks(shown, "circle", fill=ACCENT)) == 2


def test_equal_values_are_a_level_line():
    [drawn] = course(Trend(points=series(2.0, 2.0, 2.0)))

    assert drawn == "M46,99l182,0 182,0"


def test_an_unbounded_interval_runs_into_the_edges_of_the_plot():
    points = [
        Point(at=START, value=2.0, low=-math.inf, high=math.inf),
        Point(at=date(2026, 3, 3), value=2.0, low=1.0, high=3.0),
    ]

    [band] = marks(Trend(points=points), "path", opacity="0.16")

    # From the top of the plot (22) on the first day down to its foot (176), which is where the outline closes.
    assert band.get("d") == "M46,22l364,12.8 0,128.4 -364,12.8Z"


def test_the_stop_line_is_dashed_and_named_and_the_baseline_is_dotted():
    shown = Trend(points=series(1.0, 4.0), baseline=1.5, stop=3.5)

    [stop] = marks(shown, "path", **{"stroke": STOP, "stroke-width": "1.5"})
    [before] = marks(shown, "path", stroke=MUTED)

    assert stop.get("stroke-dasharray") == "7 3"
    assert before.get("stroke-dasharray") == "1.5 3"
    assert [text.text for text in marks(shown, "text", fill=STOP)] == ["stop 3.5"]


def test_a_firing_is_a_ring_around_the_value_of_its_day():
    shown = Trend(points=series(1.0, 2.0, 3.0), stop=2.5, firings=[date(2026, 3, 4)])

    [ring] = marks(shown, "circle", stroke=STOP)
    [dot] = marks(shown, "circle", fill=ACCENT)

    assert (ring.get("cx"), ring.get("cy")) == (dot.get("cx"), dot.get("cy"))


def test_a_firing_on_a_day_without_a_value_sits_on_the_stop_line():
    shown = Trend(points=series(1.0, None, 3.0), stop=2.5, firings=[date(2026, 3, 3)])

    [ring] = marks(shown, "circle", stroke=STOP)
    [line] = marks(shown, "path", **{"stroke": STOP, "stroke-width": "1.5"})

    assert line.get("d").startswith(f"M46,{ring.get('cy')}h")


def test_every_change_is_marked_though_its_label_may_find_no_room():
    changes = [
        Change(at=START + timedelta(days=index), label="A change with a long name") for index in range(9)
    ]

    shown = Trend(points=series(*[1.0] * 9), changes=changes)

    assert len(marks(shown, "path", fill=INK)) == 9
    assert len(marks(shown, "text", fill=INK)) < 9
