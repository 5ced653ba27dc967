"""The four answers, and whether each is firm enough to carry a go."""

from collections.abc import Mapping

from django.contrib.auth.models import User

from pilots.memos.structure import Answer as Said
from pilots.memos.structure import Chip
from pilots.models import Answer, Pilot
from pilots.models.memo import Confidence, Question
from pilots.queries.people import name

DIFFUSE = {
    Confidence.LOW: "Its author is not sure of it.",
    Confidence.UNCLEAR: "Its author says that it is still unclear.",
}


def answers(pilot: Pilot, chips: Mapping[str, Chip]) -> tuple[tuple[Said, ...], list[User]]:
    """One for each question, in their order, and who wrote them; `chips` are the evidence that exists today. One query."""
    newest = {
        answer.question: answer
        for answer in Answer.objects.filter(pilot=pilot)
        .select_related("written_by")
        .order_by("question", "-id")
        .distinct("question")
    }
    said = tuple(_said(question, newest.get(question), chips) for question in Question)
    return said, [answer.written_by for answer in newest.values()]


def authors(pilot: Pilot) -> set[int]:
    """Whose answers count, and who proposed last: none of them may sign. Two queries."""
    rows = Answer.objects.filter(pilot=pilot).order_by("question", "-id").distinct("question")
    proposal = pilot.proposals.first()
    return {row.written_by_id for row in rows} | ({proposal.proposed_by_id} if proposal else set())


def _said(question: Question, answer: Answer | None, chips: Mapping[str, Chip]) -> Said:
    if answer is None:
        return Said(key=question.value, question=question.label, diffuse=("Nobody has answered it.",))
    evidence = tuple(chips[key] for key in answer.evidence if key in chips)
    diffuse = [DIFFUSE[Confidence(answer.confidence)]] if answer.confidence in DIFFUSE else []
    if not evidence:
        diffuse.insert(0, "It rests on no evidence.")
    return Said(
        key=question.value,
        question=question.label,
        text=answer.text,
        confidence=answer.get_confidence_display(),
        evidence=evidence,
        by=name(answer.written_by),
        on=answer.written_at.date(),
        diffuse=tuple(diffuse),
    )
