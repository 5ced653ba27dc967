"""Contrast of the pairs of tokens in use, in both themes, by WCAG 2.2 (relative luminance; 1.4.3 and 1.4.11)."""

import re

import pytest

from pilots.charts.palette import LIGHT

FLAGS = ["collecting", "go", "extend", "stop", "simplify", "warn"]
SURFACES = ["paper", "surface", "sunken", "raised"]

TEXT = [
    *[(ink, surface) for ink in ("ink", "muted", "accent", "accent-strong") for surface in SURFACES],
    *[(flag, surface) for flag in FLAGS for surface in ("paper", "surface", "raised")],
    *[(flag, f"{flag}-soft") for flag in FLAGS],
    *[("ink", f"{flag}-soft") for flag in FLAGS],
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("ink", "accent-soft"),
    ("muted", "accent-soft"),
    ("accent-strong", "accent-soft"),
    ("surface", "warn"),
    # captions of charts over shaded phases
    ("stop", "sunken"),
]
GRAPHICS = [
    *[("edge", surface) for surface in SURFACES],
    *[("accent", surface) for surface in SURFACES],
    ("accent", "stop-soft"),
    ("accent", "go-soft"),
    ("accent", "accent-soft"),
    ("go", "sunken"),
    ("warn", "sunken"),
]


@pytest.fixture(scope="session")
def tokens(styles) -> dict[str, tuple[str, str]]:
    """Name of each colour token → its (light, dark) value."""
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", styles["tokens.css"])
    return {name: (light, dark) for name, light, dark in pairs}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_gives_the_published_values():
    # WebAIM's contrast checker: black on white 21, #777777 on white 4.48, pure blue on white 8.59.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#0000ff", "#ffffff") == pytest.approx(8.59, abs=0.005)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_reaches_four_and_a_half(tokens, theme, ink, ground):
    assert contrast(tokens[ink][theme], tokens[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), GRAPHICS)
def test_controls_and_marks_reach_three(tokens, theme, mark, ground):
    assert contrast(tokens[mark][theme], tokens[ground][theme]) >= 3


def test_mail_and_pdf_use_the_light_values_of_the_stylesheet(tokens):
    assert {name: tokens[name][0] for name in LIGHT} == LIGHT
