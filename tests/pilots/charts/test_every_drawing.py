"""What holds for a drawing of any kind."""

import re
from xml.etree import ElementTree

import pytest
from django.utils.html import conditional_escape

from pilots.charts.palette import PAGE, PAPER

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script> & \"quoted\" 'text' \x00\x1b"


@pytest.mark.parametrize("palette", [PAGE, PAPER], ids=["page", "paper"])
def test_is_xml_with_a_title_and_a_description_first(draw, palette):
    drawing = draw(title="Cost per item", palette=palette)

    root = ElementTree.fromstring(drawing)

    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].text == "Cost per item"
    assert root[1].text.endswith(".")
    assert root.get("role") == "img"


def test_hostile_words_arrive_as_words(draw):
    drawing = draw(title=HOSTILE)

    root = ElementTree.fromstring(drawing)

    assert root.find(f"{SVG}title").text == "<script>alert(1)</script> & \"quoted\" 'text' \ufffd\ufffd"
    assert [node.tag for node in root.iter() if node.tag.endswith("script")] == []


@pytest.mark.parametrize("palette", [PAGE, PAPER], ids=["page", "paper"])
def test_has_no_style_no_script_and_no_id(draw, palette):
    root = ElementTree.fromstring(draw(palette=palette))

    names = {name for node in root.iter() for name in node.attrib}
    tags = {node.tag.removeprefix(SVG) for node in root.iter()}

    assert names & {"style", "id", "href", "onload", "onclick"} == set()
    assert tags <= {"svg", "title", "desc", "path", "rect", "circle", "text"}


def test_holds_only_finite_coordinates(draw):
    drawing = draw()

    assert re.findall(r"\b(?:nan|inf)\b", drawing) == []


def test_equal_input_gives_equal_bytes(draw):
    assert draw() == draw()


def test_on_a_page_every_class_has_a_rule(draw, styles):
    css = styles["evidence.css"]

    used = {name for names in re.findall(r'class="([^"]*)"', draw(palette=PAGE)) for name in names.split()}
    coloured = {name for name in used if name.startswith(("fill-", "stroke-"))}
    missing = {name for name in coloured if f".{name} {{" not in css}

    assert coloured != set()
    assert missing == set()


def test_on_paper_every_mark_has_its_own_colour_and_no_class(draw):
    root = ElementTree.fromstring(draw(palette=PAPER))

    marks = [node for node in root.iter() if node.tag.removeprefix(SVG) in {"path", "rect", "circle", "text"}]

    assert [node for node in root.iter() if node.get("class")] == []
    assert [node for node in marks if node.get("fill") is None] == []
    assert "var(" not in ElementTree.tostring(root, encoding="unicode")


def test_is_small_enough_for_a_page_of_many(draw):
    assert len(draw().encode()) <= 7 * 1024


def test_goes_through_a_template_unescaped(draw):
    drawing = draw()

    assert conditional_escape(drawing) == drawing
