"""The four questions as a page shows them: the answer, what was remarked beside it, and forms for who may write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django import forms

from pilots.memos.structure import Answer
from pilots.models import MemoComment, Pilot
from pilots.models.memo import Confidence
from pilots.queries.memo import comments

Evidence = tuple[tuple[str, str], ...]
ANSWER_HELP = "Plain sentences; the evidence below carries them."
COMMENT_HELP = "Everybody who reads the memo reads it; it stays, and is no part of what is signed."
LONGEST = 2_000


class AnswerForm(forms.Form):
    """One of the four questions. Nothing is preselected."""

    text = forms.CharField(label="Answer", widget=forms.Textarea(attrs={"rows": 3}), help_text=ANSWER_HELP)
    confidence = forms.ChoiceField(
        label="How sure are you?", choices=Confidence.choices, widget=forms.RadioSelect
    )
    evidence = forms.MultipleChoiceField(
        label="It rests on", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, evidence: Evidence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["evidence"]).choices = list(evidence)


class CommentForm(forms.Form):
    """A remark beside one question."""

    comment = forms.CharField(
        label="Comment",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=COMMENT_HELP,
    )


@dataclass(frozen=True)
class Asked:
    """One question. Forms are None for who may not write."""

    answer: Answer
    form: AnswerForm | None = None
    comments: list[MemoComment] = field(default_factory=list)
    comment_form: CommentForm | None = None


def asked(answers: Iterable[Answer], pilot: Pilot) -> list[Asked]:
    """To read, with what was remarked so far."""
    said = comments.by_question(pilot)
    return [Asked(answer, comments=said.get(answer.key, [])) for answer in answers]


def to_write(
    answers: Iterable[Answer],
    pilot: Pilot,
    *,
    evidence: Evidence | None,
    comments_too: bool,
    wrong: Mapping[str, AnswerForm],
    wrong_comment: Mapping[str, CommentForm],
) -> list[Asked]:
    """With forms: to answer where `evidence` is given, to remark where `comments_too`; what was wrong stays as sent."""
    said = comments.by_question(pilot)
    return [
        Asked(
            answer,
            form=None if evidence is None else wrong.get(answer.key) or _filled(answer, evidence),
            comments=said.get(answer.key, []),
            comment_form=wrong_comment.get(answer.key) or comment_form(answer.key) if comments_too else None,
        )
        for answer in answers
    ]


def comment_form(question: str, given: Any = None) -> CommentForm:
    return CommentForm(given, auto_id=f"{question}_%s")


def _filled(said: Answer, evidence: Evidence) -> AnswerForm:
    """With the answer that counts, to be corrected; an answer that is missing has an empty form."""
    confidence = {label: value for value, label in Confidence.choices}.get(said.confidence, "")
    initial = {"text": said.text, "confidence": confidence, "evidence": [chip.key for chip in said.evidence]}
    return AnswerForm(initial=initial, evidence=evidence, prefix=said.key, auto_id=f"{said.key}_%s")
