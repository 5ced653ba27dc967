"""One measurement on its way into the table."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

SCALE = 10
ONE = 10**SCALE
FEW_DIGITS = 10**15
"""So many a float tells apart: a scaled value below comes back from one as it was."""
BASELINE, PILOT, OK, REAL = "baseline", "pilot", "ok", "real"


class Row(msgspec.Struct, gc=False):
    """A measurement as it is stored, without Django's weight. `scaled` is its value times 10^10, `context` is JSON text."""

    metric_id: int
    candidate_id: int | None
    phase: str
    scaled: int | None
    outcome: str
    observed_at: datetime
    unit_id: str = ""
    segment: str = ""
    load: str = ""
    fingerprint: str = ""
    context: str = "{}"
    attempts: int = 1
    provenance: str = REAL
    source: str = ""
    external_id: str = ""
    id: int = 0
    raw: Mapping[str, Any] | None = None

    @property
    def identity(self) -> tuple[str, str]:
        return self.source, self.external_id

    @property
    def value(self) -> Decimal | None:
        return None if self.scaled is None else Decimal(self.scaled).scaleb(-SCALE).normalize()

    @property
    def given(self) -> frozenset[str]:
        """Fields that were sent, not filled in; an identity is no value."""
        raw = self.raw or {}
        return frozenset(
            name for name in raw if name not in {"external_id", "source"} and raw[name] not in (None, "")
        )
