"""A p95 with its interval in words, and why it has no upper end."""

import pytest

from pilots.judging.verdict import ArmSummary
from pilots.reading.quantiles import open_end, words


@pytest.mark.parametrize(
    ("arm", "said", "why"),
    [
        (
            ArmSummary(n=200, days=9, value=4.1, low=3.8, high=5.2),
            "p95 4.1 s, 95 % interval 3.8 s to 5.2 s",
            "",
        ),
        (
            ArmSummary(n=80, days=9, value=4.1, low=3.8),
            "p95 4.1 s, 95 % interval from 3.8 s up",
            "The interval of p95 has no upper end below 116 units; there are 80.",
        ),
        (
            ArmSummary(n=200, days=9, low=3.8),
            "p95 lies among those without an answer, 95 % interval from 3.8 s up",
            "The interval of p95 has no upper end: it reaches into the time-outs and errors.",
        ),
        (ArmSummary(n=200, days=9), "", ""),
        (None, "", ""),
    ],
)
def test_a_p95_in_words(arm: ArmSummary | None, said: str, why: str) -> None:
    assert (words(arm, share=0.95, unit="s"), open_end(arm, share=0.95)) == (said, why)
