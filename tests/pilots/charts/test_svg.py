import math

import pytest

from pilots.charts.svg import element, number, path, safe


def test_text_is_escaped_for_content_and_for_attributes():
    assert safe("""<b a="1" c='2'>&""") == "&lt;b a=&quot;1&quot; c=&#x27;2&#x27;&gt;&amp;"


def test_an_attribute_cannot_leave_its_quotes():
    assert element("path", {"d": '"/><script>'}) == '<path d="&quot;/&gt;&lt;script&gt;"/>'


def test_characters_that_xml_forbids_are_replaced():
    assert safe("a\x00b\x0bc\ud800d\uffffe\tf") == "a\ufffdb\ufffdc\ufffdd\ufffde\tf"


@pytest.mark.parametrize(
    ("value", "written"),
    [(1.04, "1"), (1.05001, "1.1"), (-0.01, "0"), (12345.67, "12345.7"), (1234567.0, "1234567"), (0, "0")],
)
def test_a_coordinate_is_written_to_a_tenth(value, written):
    assert number(value) == written


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_coordinate_that_is_no_place_is_refused(value):
    with pytest.raises(ValueError, match="clip it to the plot first"):
        number(value)


def test_attributes_that_are_none_are_left_out():
    assert element("rect", {"x": 1, "y": None}, paint={"fill": "none"}) == '<rect x="1" fill="none"/>'


def test_a_path_steps_from_one_rounded_place_to_the_next():
    assert path([(1, 2), (1.46, 1.5), (11, 1.5)], closed=True) == "M1,2l.5-.5 9.5,0Z"


def test_a_path_of_no_point_is_empty():
    assert path([], closed=True) == ""
