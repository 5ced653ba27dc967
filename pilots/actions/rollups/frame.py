"""How rows of a metric are counted: bounds, limits and phases, ready to be compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from typing import Any, Self

from pilots.actions.measurement_row import SCALE
from pilots.actions.rollups.statements import BAD
from pilots.models.rollup import LIMITS


@dataclass(frozen=True)
class Frame:
    """How rows of one metric are counted: the signature of its RollupFrame, ready to be compared with."""

    key: str
    low: int | None
    high: int | None
    counted_as: Mapping[str, int | None]
    counts_from: datetime | None
    maintenance_from: datetime | None
    provenances: frozenset[str]
    lower: bool
    limits: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, signature: Mapping[str, Any]) -> Self:
        lower = signature["lower"]
        texts = [signature[f"limit_{number}"] for number in range(1, LIMITS + 1)]
        failed, declined = _scaled(signature["failed"]), _scaled(signature["declined"])
        return cls(
            key=signature["key"],
            low=_scaled(signature["low"]),
            high=_scaled(signature["high"]),
            counted_as={name: failed if name in {"timeout", "error"} else declined for name in BAD},
            counts_from=_instant(signature["counts_from"]),
            maintenance_from=_instant(signature["maintenance_from"]),
            provenances=frozenset(signature["provenances"]),
            lower=lower,
            limits=tuple(
                (at, _limit(text, lower=lower)) for at, text in enumerate(texts) if text is not None
            ),
        )

    def bounded(self, scaled: int) -> int:
        if self.low is not None and scaled < self.low:
            scaled = self.low
        return self.high if self.high is not None and scaled > self.high else scaled


def _scaled(text: str | None) -> int | None:
    """A bound as numeric(30, 10) keeps it."""
    if text is None:
        return None
    with localcontext(prec=60):
        return int(Decimal(text).scaleb(SCALE).to_integral_value(rounding=ROUND_HALF_UP))


def _limit(text: str, *, lower: bool) -> int:
    """A limit is compared as it is written; between whole numbers only its side counts."""
    with localcontext(prec=60):
        return int(
            Decimal(text).scaleb(SCALE).to_integral_value(rounding=ROUND_FLOOR if lower else ROUND_CEILING)
        )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
