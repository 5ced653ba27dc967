"""The memo a decision rests on: four answers by who runs the pilot, the proposal, and what was signed, frozen."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.decision import Decision, DecisionOutcome
from pilots.models.pilot import Pilot
from pilots.models.write_once import WriteOnce, append_only


class Question(models.TextChoices):
    """What every memo answers."""

    TIME_GAINED = "time_gained", "Where is time gained?"
    RISK_INCREASES = "risk_increases", "Where does risk increase?"
    STANDARDISED = "standardised", "What can be standardised?"
    HUMAN_JUDGEMENT = "human_judgement", "What stays dependent on human judgement?"


class Confidence(models.TextChoices):
    """How sure the author is. The last two make an answer diffuse."""

    HIGH = "high", "Sure"
    MEDIUM = "medium", "Fairly sure"
    LOW = "low", "Not sure"
    UNCLEAR = "unclear", "Still unclear to me"


class Answer(WriteOnce):
    """One answer to one question. The newest of a question counts; earlier ones are its history."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=15, choices=Question)
    text = models.TextField()
    evidence = models.JSONField(default=list, help_text="Keys of the evidence it rests on.")
    confidence = models.CharField(max_length=7, choices=Confidence)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["pilot", "question", "-id"]
        indexes = [models.Index(fields=["pilot", "question", "-id"], name="answer_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(question__in=Question.values), name="answer_question_known"),
            models.CheckConstraint(
                condition=Q(confidence__in=Confidence.values), name="answer_confidence_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="answer_says_something"),
        ]
        triggers = append_only("answer")

    def __str__(self) -> str:
        return f"{self.get_question_display()} {self.text}"


class MemoComment(WriteOnce):
    """What somebody remarks beside a question before it is decided. No part of what is signed."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="memo_comments")
    question = models.CharField(max_length=15, choices=Question)
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(question__in=Question.values), name="comment_question_known"),
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
        ]
        triggers = append_only("memocomment")

    def __str__(self) -> str:
        return f"{self.get_question_display()} {self.text}"


class Proposal(WriteOnce):
    """The memo handed to the decider, with what its author recommends. Whoever proposes does not decide."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="proposals")
    recommends = models.CharField(max_length=10, choices=DecisionOutcome)
    note = models.TextField(help_text="Why, in the proposer's own words.")
    fingerprint = models.CharField(max_length=64, help_text="Of the memo as it was then.")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta:
        ordering = ["pilot", "-id"]
        get_latest_by = "id"
        constraints = [
            models.CheckConstraint(
                condition=Q(recommends__in=DecisionOutcome.values), name="proposal_outcome_known"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="proposal_says_why"),
        ]
        triggers = append_only("proposal")

    def __str__(self) -> str:
        return f"{self.get_recommends_display()}, proposed by {self.proposed_by}"


class SignedMemo(WriteOnce):
    """What was signed, as it was read: the data byte for byte, its hash, and the PDF made of it."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="memo")
    data = models.TextField(
        help_text="Canonical JSON, byte for byte as hashed. People go by their pseudonyms in it."
    )
    persons = models.JSONField(default=dict, db_default={}, blank=True, help_text="By pseudonym, who it is.")
    data_hash = models.CharField(max_length=64, help_text="SHA-256 of the data.")
    pdf = models.BinaryField(
        blank=True, help_text="Empty once somebody named in it was erased: it is made anew of the data then."
    )
    pdf_hash = models.CharField(
        max_length=64, help_text="SHA-256 of the PDF as it was made when it was signed."
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(data=""), name="signedmemo_has_data"),
        ]
        triggers = append_only("signedmemo")

    def __str__(self) -> str:
        return f"Memo of {self.decision}"
