"""A profile says how far each axis reaches, and never closes a shape over what nobody knows."""

import re
from xml.etree import ElementTree

import pytest

from pilots.charts.radar import Axis, radar

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*axes: Axis) -> ElementTree.Element:
    return ElementTree.fromstring(radar(axes, top=3, title="Control"))


def described(*axes: Axis) -> str:
    return drawn(*axes)[1].text or ""


WEIGHTS, PATH, PACE = Axis(name="Weights", value=3), Axis(name="Path", value=0), Axis(name="Pace", value=2)


def test_a_score_lies_on_its_ring_in_its_direction():
    first, second, *_ = (node for node in drawn(WEIGHTS, PATH, PACE).iter(f"{SVG}circle"))

    assert (first.get("cx"), first.get("cy")) == ("180", "34")  # straight up, the outer ring
    assert (second.get("cx"), second.get("cy")) == ("180", "112")  # nothing: the middle


def test_all_is_in_the_sentence():
    moved, unknown = Axis(name="Path", value=3, before=0), Axis(name="Pace", value=None)
    old = Axis(name="Risk", value=1, is_old=True)

    said = described(WEIGHTS, moved, unknown, old)

    assert said == "Weights 3 of 3; Path 3 of 3, 0 before; Pace not known; Risk 1 of 3, too old to count."


@pytest.mark.parametrize("gap", [Axis(name="Pace", value=None), Axis(name="Pace", value=2, is_old=True)])
def test_what_does_not_count_leaves_the_shape_open(gap):
    assert "accent-soft" in radar([WEIGHTS, PATH, PACE], top=3, title="Control")
    assert "accent-soft" not in radar([WEIGHTS, PATH, gap], top=3, title="Control")


def test_what_is_not_known_has_no_dot_and_old_evidence_a_hollow_one():
    circles = drawn(WEIGHTS, Axis(name="Path", value=None), Axis(name="Pace", value=2, is_old=True))

    assert [node.get("class") for node in circles.iter(f"{SVG}circle")] == [
        "fill-accent",
        "fill-surface stroke-edge",
    ]


def test_the_shape_before_is_dotted_and_only_there_where_something_changed():
    before = re.compile('stroke-dasharray="1.5 3"')

    assert not before.search(radar([WEIGHTS, PATH, PACE], top=3, title="Control"))
    assert before.search(radar([WEIGHTS, Axis(name="Path", value=3, before=0), PACE], top=3, title="Control"))


def test_two_axes_are_no_profile():
    with pytest.raises(ValueError, match="three axes"):
        radar([WEIGHTS, PATH], top=3, title="Control")
