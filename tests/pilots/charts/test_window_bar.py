from datetime import date
from xml.etree import ElementTree

import pytest

from pilots.charts.palette import PAPER
from pilots.charts.window_bar import Phase, window_bar

SVG = "{http://www.w3.org/2000/svg}"
TRIAL = Phase(name="First use", start=date(2026, 3, 2), end=date(2026, 3, 12))


def description(drawing: str) -> str:
    return ElementTree.fromstring(drawing).find(f"{SVG}desc").text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 3, 1), "starts in 1 day"),
        (date(2026, 3, 2), "day 1 of 10, 10 days left"),
        (date(2026, 3, 11), "day 10 of 10, 1 day left"),
        (date(2026, 3, 12), "over for 1 day"),
        (date(2026, 3, 14), "over for 3 days"),
    ],
)
def test_says_where_today_is(today, state):
    drawing = window_bar([TRIAL], today=today)

    assert description(drawing) == f"2 Mar 2026 to 11 Mar 2026: {state}. First use from 2 Mar."


@pytest.mark.parametrize(("today", "passed"), [(date(2026, 3, 1), []), (date(2026, 3, 7), [50.0])])
def test_fills_the_share_that_has_passed(today, passed):
    drawing = window_bar([TRIAL], today=today, width=102, palette=PAPER)

    rects = ElementTree.fromstring(drawing).findall(f"{SVG}rect")

    assert [float(rect.get("width")) for rect in rects if rect.get("fill") == "#0b5a6a"] == passed


def test_a_window_that_is_over_is_full_and_marked_as_a_warning():
    drawing = window_bar([TRIAL], today=date(2026, 4, 1), width=102, palette=PAPER)

    root = ElementTree.fromstring(drawing)

    assert [rect.get("width") for rect in root.findall(f"{SVG}rect")] == ["100"]
    assert root.findall(f"{SVG}path")[-1].get("stroke") == "#7d4c00"
    assert root.findall(f"{SVG}path")[-1].get("d") == "M101,1V15"


def test_an_extension_is_hatched_and_a_planned_phase_is_not():
    extension = Phase(name="Extension", start=TRIAL.end, end=date(2026, 3, 20), kind="extension")

    plain = ElementTree.fromstring(window_bar([TRIAL], today=TRIAL.start))
    extended = ElementTree.fromstring(window_bar([TRIAL, extension], today=TRIAL.start))

    # The rim and today's mark; the extension adds its texture.
    assert len(plain.findall(f"{SVG}path")) == 2
    assert len(extended.findall(f"{SVG}path")) == 3


def test_without_phases_says_that_no_window_is_set():
    empty = Phase(name="Nothing", start=TRIAL.start, end=TRIAL.start)

    assert description(window_bar([], today=TRIAL.start)) == "No window is set."
    assert description(window_bar([empty], today=TRIAL.start)) == "No window is set."


def test_names_that_do_not_fit_are_left_to_the_description():
    short = Phase(name="A phase with a long name", start=TRIAL.end, end=date(2026, 3, 13))
    last = Phase(name="Maintenance", start=short.end, end=date(2026, 3, 30))

    drawing = window_bar([TRIAL, short, last], today=TRIAL.start, width=240, labels=True)
    words = [text.text for text in ElementTree.fromstring(drawing).findall(f"{SVG}text")]

    assert "First use" in words
    assert "Maintenance" not in words
    assert "Maintenance from 13 Mar" in description(drawing)
