"""Which rubrics a judging model must be asked about before an answer can be scored."""

from __future__ import annotations

from evaluations.scoring import checks, model_judge


def rubrics(scorer: str, expected: object) -> tuple[str, ...]:
    """Each once; none where no judge is needed. Raises ScorerMisused for an expected value that cannot work."""
    if scorer == "model_judge":
        return model_judge.rubrics(expected)
    if scorer != "checks":
        return ()
    found = [check.expected for check in checks.read(expected)[0] if check.scorer == "model_judge"]
    return tuple(dict.fromkeys(rubric for one in found for rubric in model_judge.rubrics(one)))
