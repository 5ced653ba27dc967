"""Candidates side by side, and how far one is from another on the very same tasks."""

from collections.abc import Iterable
from dataclasses import dataclass

from evaluations.queries.pairs import Gap, Paired
from pilots.charts.number_line import Reading, number_line
from pilots.charts.svg import Svg
from pilots.models import Candidate
from pilots.models.candidate import Role
from pilots.queries.dependence import Dependence
from pilots.queries.pilot_page import Page
from pilots.reading.results import Line

ORDER = (Role.PRIMARY, Role.CHALLENGER, Role.FALLBACK, Role.NON_AI)


@dataclass(frozen=True)
class Row:
    """One metric; a cell for each candidate, None where it was not measured."""

    label: str
    cells: list[Line | None]


@dataclass(frozen=True)
class SideBySide:
    candidates: list[Candidate]
    rows: list[Row]


@dataclass(frozen=True)
class Measure:
    """One thing in which two candidates differ."""

    label: str
    sentence: str
    drawing: Svg | str


@dataclass(frozen=True)
class Comparison:
    """Right against left, case by case."""

    title: str
    right: str
    left: str
    n: int
    measures: list[Measure]


def side_by_side(page: Page, lines: Iterable[Line]) -> SideBySide | None:
    """`lines` are of all candidates. None where only one was measured."""
    found = [line for line in lines if line.result.after is not None and line.result.after.n]
    slugs = {line.result.candidate for line in found}
    shown = [each for each in page.candidates if each.slug in slugs]
    if len(shown) < 2:
        return None
    shown.sort(key=lambda each: ORDER.index(Role(each.role)))
    cells = {(line.result.metric, line.result.candidate): line for line in found}
    labels = {line.result.metric: line.result.label for line in found}
    return SideBySide(
        candidates=shown,
        rows=[
            Row(label=label, cells=[cells.get((metric, each.slug)) for each in shown])
            for metric, label in labels.items()
        ],
    )


def comparisons(found: Dependence) -> list[Comparison]:
    """Fallback against primary from the newest drill, and open against closed from the newest run that asked both."""
    shown = []
    if found.readiness.drill:
        names = found.readiness.fallback, found.readiness.primary
        shown.append(_comparison("Fallback against primary", found.readiness.drill, *names))
    if pair := found.open_against_closed:
        names = str(pair.right.deployment.model), str(pair.left.deployment.model)
        shown.append(_comparison("Open against closed", pair, *names))
    return shown


def _comparison(title: str, pair: Paired, right: str, left: str) -> Comparison:
    measures = [
        _share("Right answers", pair.quality, title),
        _number("Seconds", pair.latency, title, unit="s", missing="not measured on both"),
        _number(
            "Cost of a question",
            pair.cost,
            title,
            unit=pair.currency,
            missing="unpriced on one side at least",
        ),
    ]
    return Comparison(title=title, right=right, left=left, n=pair.n, measures=measures)


def _share(label: str, gap: Gap | None, title: str) -> Measure:
    if gap is None:
        return Measure(label, "No case was answered by both.", "")
    low, high = gap.interval.low * 100, gap.interval.high * 100
    sentence = (
        f"{gap.right:.0%} against {gap.left:.0%}, {_sign(gap.estimate * 100, '{:.1f}')} points "
        f"({_sign(low, '{:.1f}')} to {_sign(high, '{:.1f}')}), n = {gap.n}."
    )
    reading = Reading(
        estimate=gap.estimate * 100, low=low, high=high, reference=0.0, better="higher", unit="points"
    )
    return Measure(label, sentence, number_line(reading, title=f"{title}: {label}", signed=True, width=280))


def _number(label: str, gap: Gap | None, title: str, *, unit: str, missing: str) -> Measure:
    if gap is None:
        return Measure(label, f"Unknown: {missing}.", "")
    digits = "{:.2f}" if unit == "s" else "{:.4f}"
    shape = f"{digits} {unit}"
    interval = (
        f"{_sign(gap.interval.low, shape)} to {_sign(gap.interval.high, shape)}"
        if gap.interval.is_bounded
        else "no interval yet"
    )
    sentence = (
        f"{shape.format(gap.right)} against {shape.format(gap.left)}, "
        f"{_sign(gap.estimate, shape)} ({interval}), n = {gap.n}."
    )
    reading = Reading(
        estimate=gap.estimate,
        low=gap.interval.low,
        high=gap.interval.high,
        reference=0.0,
        better="lower",
        unit=unit,
    )
    return Measure(label, sentence, number_line(reading, title=f"{title}: {label}", signed=True, width=280))


def _sign(value: float, shape: str) -> str:
    return f"{'−' if value < 0 else '+'}{shape.format(abs(value))}"
