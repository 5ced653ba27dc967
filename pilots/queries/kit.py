"""The minimum set of metrics, and where each of them comes from in a pilot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pilots.models import Metric, Pilot
from pilots.models.kit import LINKS, Kit
from pilots.models.metric import Link
from pilots.models.profile import ControlAxis


@dataclass(frozen=True)
class Line:
    """`source` says where its value comes from; empty while it comes from nowhere. `home` is the field to fill in then."""

    kit: Kit
    link: Link
    source: str
    home: str

    @property
    def name(self) -> str:
        return str(self.kit.label)


def lines(pilot: Pilot, metrics: Sequence[Metric]) -> list[Line]:
    """One for each metric the pilot's kit asks for. Two queries at most, beside the metrics."""
    measured = {metric.key for metric in metrics}
    return [_line(pilot, Kit(key), measured) for key in pilot.kit if key in Kit.values]


def without_source(pilot: Pilot, metrics: Sequence[Metric]) -> Iterator[Line]:
    return (line for line in lines(pilot, metrics) if not line.source)


def _line(pilot: Pilot, kit: Kit, measured: set[str]) -> Line:
    if kit is Kit.ITERATION_SPEED:
        source, home = "the log of changes and runs", "metrics"
    elif kit is Kit.MIGRATION_COST:
        source = "the charter, as estimated" if pilot.migration_cost is not None else ""
        home = "migration_cost"
    elif kit is Kit.CONTROL:
        rated = set(pilot.control_scores.order_by().values_list("axis", flat=True))
        source, home = ("the control profile" if rated == set(ControlAxis.values) else ""), "control_scores"
    elif kit is Kit.ECOSYSTEM:
        source = "findings on the ecosystem" if pilot.ecosystem_findings.exists() else ""
        home = "ecosystem_findings"
    else:
        source, home = (f"measurements of {kit.value}" if kit.value in measured else ""), "metrics"
    return Line(kit, LINKS[kit], source, home)
