import re

from pilots.charts.shapes import Box, dots, hatch


def test_hatching_stays_inside_its_box():
    places = re.findall(r"[ML]([\d.]+),([\d.]+)", hatch(Box(10, 20, 37, 22)))

    assert places != []
    assert [(x, y) for x, y in places if not (10 <= float(x) <= 47 and 20 <= float(y) <= 42)] == []


def test_dots_stay_inside_their_box():
    places = re.findall(r"M([\d.]+),([\d.]+)", dots(Box(10, 20, 37, 22)))

    assert len(places) == 6 * 3
    assert [(x, y) for x, y in places if not (10 <= float(x) <= 47 and 20 <= float(y) <= 42)] == []


def test_a_box_without_room_has_no_texture():
    assert hatch(Box(10, 20, 0, 22)) == ""
    assert dots(Box(10, 20, 3, 22)) == ""
