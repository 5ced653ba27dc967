"""Sample drawings, one of each kind, and the stylesheet they are coloured by."""

import math
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from pilots.charts.loads import Span, loads
from pilots.charts.number_line import Reading, number_line
from pilots.charts.palette import PAGE, Palette
from pilots.charts.pareto import Bar, pareto
from pilots.charts.radar import Axis, radar
from pilots.charts.sparkline import sparkline
from pilots.charts.svg import Svg
from pilots.charts.trend import Change, Point, Trend, trend
from pilots.charts.waterfall import Step, waterfall
from pilots.charts.window_bar import Phase, window_bar

START = date(2026, 3, 2)
STYLES = Path(__file__).resolve().parents[3] / "config" / "static" / "pilotage"

Draw = Callable[..., Svg]


def phases() -> list[Phase]:
    first, second = START + timedelta(days=14), START + timedelta(days=42)
    return [
        Phase(name="First use", start=START, end=first),
        Phase(name="Maintenance", start=first, end=second),
        Phase(name="Extension", start=second, end=second + timedelta(days=14), kind="extension"),
    ]


def points(count: int) -> list[Point]:
    """A wave with an interval that narrows from no bound at all."""
    drawn = []
    for index in range(count):
        value, half = 3 + math.sin(index / 9), 2 / math.sqrt(index) if index else math.inf
        day = START + timedelta(days=index)
        drawn.append(Point(at=day, value=value, low=value - half, high=value + half))
    return drawn


def draw_window(title: str = "Window", palette: Palette = PAGE) -> Svg:
    return window_bar(phases(), today=START + timedelta(days=30), title=title, labels=True, palette=palette)


def draw_line(title: str = "Review minutes", palette: Palette = PAGE) -> Svg:
    reading = Reading(estimate=3.4, low=3.1, high=math.inf, limit=2.8, goal=2.0, reference=2.6, unit="min")
    return number_line(reading, title=title, palette=palette)


def draw_trend(title: str = "Review minutes", palette: Palette = PAGE) -> Svg:
    shown = Trend(
        points=points(180),
        unit="min",
        baseline=2.6,
        stop=2.8,
        phases=phases(),
        changes=[Change(at=START + timedelta(days=20), label=title)],
        firings=[START + timedelta(days=40)],
    )
    return trend(shown, title=title, palette=palette)


def draw_sparkline(title: str = "Review minutes", palette: Palette = PAGE) -> Svg:
    return sparkline([1.0, None, 2.0, 2.5, math.nan, 3.0], title=title, limit=2.8, palette=palette)


def draw_waterfall(title: str = "Net effect", palette: Palette = PAGE) -> Svg:
    steps = [
        Step(name=f"Handling minutes, as {title}", value=10.0, low=9.0, high=11.0),
        Step(name="Review", value=-12.0, low=-math.inf, high=-11.0),
        Step(name="Exceptions", value=None),
    ]
    total = Step(name="Net effect", value=-2.0, low=-math.inf, high=-0.5)
    return waterfall(steps, total=total, title=title, unit="EUR", palette=palette)


def draw_pareto(title: str = "Causes", palette: Palette = PAGE) -> Svg:
    bars = [Bar(name=f"Cause {title}", count=4, silent=1), Bar(name="Guess", count=9)]
    return pareto(bars, title=title, palette=palette)


def draw_radar(title: str = "Control", palette: Palette = PAGE) -> Svg:
    axes = [
        Axis(name=f"Weights {title}", value=3),
        Axis(name="Data path", value=3, before=0),
        Axis(name="Pace of change", value=None),
        Axis(name="Risk surface", value=1, is_old=True),
    ]
    return radar(axes, top=3, title=title, palette=palette)


def draw_loads(title: str = "Latency by load", palette: Palette = PAGE) -> Svg:
    spans = [Span(name=f"8 at once, {title}", p50=1.2, p95=None), Span(name="1", p50=0.8, p95=2.5)]
    return loads([*spans, Span(name="64", p50=None, p95=None)], unit="s", title=title, palette=palette)


DRAWINGS = [
    draw_window,
    draw_line,
    draw_trend,
    draw_sparkline,
    draw_waterfall,
    draw_pareto,
    draw_radar,
    draw_loads,
]


@pytest.fixture(params=DRAWINGS, ids=lambda draw: draw.__name__)
def draw(request: pytest.FixtureRequest) -> Draw:
    chosen: Draw = request.param
    return chosen


@pytest.fixture(scope="session")
def styles() -> dict[str, str]:
    """Every stylesheet of the product, by file name."""
    return {path.name: path.read_text() for path in STYLES.glob("*.css")}
