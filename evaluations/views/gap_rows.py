"""Gaps between two targets as cells of a table: shares in percent, a difference with its sign."""

from dataclasses import dataclass

from evaluations.queries.pairs import Gap, Paired

MINUS = "\u2212"


@dataclass(frozen=True)
class Row:
    """`cells` are the two sides, the difference, its interval and n; empty where nothing is known on both."""

    name: str
    cells: tuple[str, ...]


def rows(compared: Paired) -> list[Row]:
    cost = f"Cost of a question ({compared.currency})" if compared.currency else "Cost of a question"
    return [
        Row("Right answers (%)", _cells(compared.quality, digits=1, scale=100)),
        Row("Without an answer (%)", _cells(compared.no_answer, digits=1, scale=100)),
        Row("Latency (s)", _cells(compared.latency, digits=2)),
        Row(cost, _cells(compared.cost, digits=_places(compared.cost))),
    ]


def _cells(gap: Gap | None, *, digits: int, scale: float = 1.0) -> tuple[str, ...]:
    if gap is None:
        return ()
    interval = "not bounded yet"
    if gap.interval.is_bounded:
        low, high = (_number(end * scale, digits) for end in (gap.interval.low, gap.interval.high))
        interval = f"{low} to {high}"
    return (
        _number(gap.left * scale, digits),
        _number(gap.right * scale, digits),
        _number(gap.estimate * scale, digits, sign=True),
        interval,
        str(gap.n),
    )


def _number(value: float, digits: int, *, sign: bool = False) -> str:
    rounded = round(value, digits) + 0.0  # no minus before a zero
    return f"{rounded:{'+' if sign and rounded else ''},.{digits}f}".replace("-", MINUS)


def _places(gap: Gap | None) -> int:
    """As many as it takes to show three figures of a small amount; at least two."""
    largest = max(gap.left, gap.right) if gap else 0.0
    return 2 if largest <= 0 else min(10, max(2, 2 - int(f"{largest:e}".partition("e")[2])))
