"""Many rows at once from code of our own that knows what they have in common, so that nobody has to find it out again."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, overload


@dataclass(frozen=True)
class Series:
    """Rows with the same fields: `common` has one value for all of them, `columns` one for each, or None for each. At least
    one row and one column."""

    common: Mapping[str, Any]
    columns: Mapping[str, Sequence[Any]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def row(self, index: int) -> dict[str, Any]:
        return {**self.common, **{name: column[index] for name, column in self.columns.items()}}


class InSeries(Sequence[Mapping[str, Any]]):
    """The rows of several series, one after the other."""

    def __init__(self, series: Sequence[Series]) -> None:
        self.series = series
        self._ends = list(accumulate(map(len, series)))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Any]: ...

    @overload
    def __getitem__(self, index: slice) -> list[Mapping[str, Any]]: ...

    def __getitem__(self, index: int | slice) -> Mapping[str, Any] | list[Mapping[str, Any]]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        at = bisect_right(self._ends, index)
        return self.series[at].row(index - (self._ends[at - 1] if at else 0))
