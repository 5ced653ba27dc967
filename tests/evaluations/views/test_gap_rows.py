"""A comparison as people read it: shares in percent, a difference with its sign, small money with three figures."""

from types import SimpleNamespace

from evaluations.queries.pairs import Gap, Paired
from evaluations.stats.interval import Interval
from evaluations.views.gap_rows import rows


def test_each_row_is_written_in_its_own_unit():
    target = SimpleNamespace(key="x")
    found = rows(
        Paired(
            left=target,
            right=target,
            unpaired=0,
            quality=Gap(60, 0.3, 0.18333, Interval(-0.346, 0.12)),
            latency=Gap(1, 12.2, 12.2, Interval(float("-inf"), float("inf"))),
            no_answer=None,
            cost=Gap(60, 0.00061, 0.00054, Interval(-0.0002, 0.0001)),
            currency="EUR",
        )
    )

    assert [(row.name, row.cells) for row in found] == [
        ("Right answers (%)", ("30.0", "18.3", "\u221211.7", "\u221234.6 to 12.0", "60")),
        ("Without an answer (%)", ()),
        ("Latency (s)", ("12.20", "12.20", "0.00", "not bounded yet", "1")),
        (
            "Cost of a question (EUR)",
            ("0.000610", "0.000540", "\u22120.000070", "\u22120.000200 to 0.000100", "60"),
        ),
    ]
