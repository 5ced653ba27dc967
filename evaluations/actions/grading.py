"""From an answer to what is stored of it."""

from dataclasses import replace

from evaluations.actions.asking import Asked
from evaluations.actions.fitting import expected_value
from evaluations.actions.judges import Judged
from evaluations.actions.lanes import Question
from evaluations.actions.results import Graded
from evaluations.actions.target_plans import TargetPlan
from evaluations.models.run import JudgedBy
from evaluations.scoring import scorer
from evaluations.scoring.grade import Grade, grade
from evaluations.scoring.rubrics import rubrics
from evaluations.scoring.score import ScorerMisused


def rubrics_of(question: Question, asked: Asked, plan: TargetPlan) -> list[str]:
    """What a model judge has to say something about."""
    if question.must_abstain or asked.answer.outcome != "ok":
        return []
    try:
        return list(rubrics(plan.scorer, expected_value(question.expected)))
    except ScorerMisused:
        return []  # scoring will say so


def graded(question: Question, asked: Asked, plan: TargetPlan, judged: Judged) -> Graded:
    options = {**plan.scorer_options, "verdicts": judged.verdicts} if judged.records else plan.scorer_options
    try:
        given = grade(
            outcome=asked.answer.outcome,
            answer_text=asked.answer.text,
            expected=expected_value(question.expected),
            scorer=scorer(plan.scorer),
            options=options,
            abstention="demanded" if question.must_abstain else "forbidden",
        )
    except ScorerMisused as reason:
        # Planning refuses such cases; one that slipped through is our fault, and must not cost the model a point.
        given, asked = Grade("infra_error", None), _unscorable(asked, str(reason))
    if judged.fault:
        # No verdict is no wrong answer: the cell is asked again in another round.
        given, asked = Grade("infra_error", None), _unscorable(asked, judged.fault)
    by = JudgedBy.MODEL if judged.records else JudgedBy.CHECK
    return Graded(question.target_id, question.case_id, question.repeat, asked, given, by, judged.records)


def _unscorable(asked: Asked, reason: str) -> Asked:
    return replace(
        asked, answer=replace(asked.answer, error_detail=f"The answer could not be scored: {reason}")
    )
