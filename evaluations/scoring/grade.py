"""From an outcome and an answer to what goes into the result: one place decides what counts as success.

| outcome                                                    | score      | in the denominator        |
|------------------------------------------------------------|------------|---------------------------|
| `ok`                                                       | the scorer's | yes                     |
| `abstained` where the case demands it                      | 1, passed  | yes                       |
| `abstained` where the case only permits it                 | 0          | yes, on a line of its own |
| `escalated`, `refused`, `blocked`, `timeout`, `error`      | 0          | yes                       |
| `infra_error`                                              | none       | no: ours, to be repeated  |

A model that fails often must not look better for it, so nothing but our own failure leaves the denominator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from evaluations.providers.protocol import Outcome
from evaluations.scoring.abstention import PHRASES, abstained
from evaluations.scoring.score import Options, Score, Scorer, right, wrong

VERSION = 1

# What a case allows: a question without an answer in its material demands abstention.
Abstention = Literal["forbidden", "permitted", "demanded"]
ABSTENTIONS: tuple[Abstention, ...] = get_args(Abstention)


@dataclass(frozen=True, slots=True)
class Grade:
    """`score` is None for an infra_error alone: that case has not been answered yet."""

    outcome: Outcome
    score: Score | None


def grade(
    *,
    outcome: Outcome,
    answer_text: str,
    expected: object,
    scorer: Scorer,
    options: Options,
    abstention: Abstention = "forbidden",
    phrases: Sequence[str] = PHRASES,
) -> Grade:
    """The final outcome and score. Raises ScorerMisused when the case cannot be scored at all."""
    if outcome == "ok" and abstention != "forbidden" and abstained(answer_text, phrases):
        outcome = "abstained"
    if outcome == "infra_error":
        return Grade(outcome, None)
    if outcome == "abstained":
        demanded = abstention == "demanded"
        return Grade(outcome, right("Rightly abstained.") if demanded else wrong("No answer was given."))
    if outcome != "ok":
        return Grade(outcome, wrong(f"No answer to score: {outcome}."))
    if abstention == "demanded":
        return Grade(outcome, wrong("Answered a question that has no answer in its material."))
    return Grade(outcome, scorer(expected, answer_text, options))
