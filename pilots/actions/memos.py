"""Who runs a pilot writes the memo: four answers, then a proposal to the decider. What is signed is frozen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.judging.canonical import digest
from pilots.memos import pdf
from pilots.memos.structure import Document, Memo, Signature
from pilots.models import Answer, Decision, MemoComment, Pilot, Proposal, SignedMemo
from pilots.models.decision import DecisionOutcome
from pilots.models.memo import Confidence, Question
from pilots.queries import memo as memos
from pilots.queries.people import name, persons


@transaction.atomic
def answer(
    *,
    pilot: Pilot,
    question: str,
    text: str,
    confidence: str,
    evidence: Sequence[str],
    by: User,
    now: datetime,
) -> Answer:
    """Keeps an answer; the one before stays in the history. Raises NotAllowed, WrongState or Refused.

    `evidence` are keys of `memo.available`. An answer that rests on none is kept as well: it is diffuse."""
    pilot = _written_by(pilot, by)
    if question not in Question.values:
        raise Refused("Choose one of the four questions.", code="question_unknown")
    if not text.strip():
        raise Refused("Write the answer, or say what is unclear.", code="text_missing")
    if confidence not in Confidence.values:
        raise Refused("Say how sure you are.", code="confidence_missing")
    known = {key for key, _ in memos.available(pilot)}
    if unknown := [key for key in evidence if key not in known]:
        raise Refused(
            f"{unknown[0]} is no evidence of this pilot. Choose from the list.", code="evidence_unknown"
        )
    made = Answer.objects.create(
        pilot=pilot,
        question=question,
        text=text.strip(),
        confidence=confidence,
        evidence=list(dict.fromkeys(evidence)),
        written_by=by,
        written_at=now,
    )
    audit.record(
        verb="memo.answered",
        pilot=pilot,
        by=by,
        now=now,
        after={"question": question, "confidence": confidence, "evidence": made.evidence},
    )
    return made


@transaction.atomic
def comment(*, pilot: Pilot, question: str, text: str, by: User, now: datetime) -> MemoComment:
    """Keeps a remark beside a question, for good. Raises NotAllowed, WrongState or Refused.

    The memo's fingerprint stays: what is remarked does not stop a signature, what is answered does."""
    pilot = _locked(pilot)
    if not permissions.may_comment(by, pilot):
        raise NotAllowed("Who runs this pilot, reviews its answers or signs decisions comments on its memo.")
    _refuse_unless_open(pilot)
    if question not in Question.values:
        raise Refused("Choose one of the four questions.", code="question_unknown")
    if not text.strip():
        raise Refused("Write the comment.", code="text_missing")
    made = MemoComment.objects.create(
        pilot=pilot, question=question, text=text.strip(), written_by=by, written_at=now
    )
    after = {"comment": made.pk, "question": question}
    audit.record(verb="memo.commented", pilot=pilot, by=by, now=now, reason=made.text, after=after)
    return made


@transaction.atomic
def propose(*, pilot: Pilot, recommends: str, note: str, by: User, now: datetime) -> Proposal:
    """Hands the memo to the decider, as it is now. Raises NotAllowed, WrongState, or Refused while answers are missing."""
    pilot = _written_by(pilot, by)
    if recommends not in DecisionOutcome.values:
        raise Refused("Say what you recommend: go, extend, simplify or stop.", code="outcome_missing")
    if not note.strip():
        raise Refused("Say why you recommend it.", code="note_missing")
    memo = memos.load(pilot, now=now)
    if memo.missing and recommends != DecisionOutcome.STOP:
        questions = " ".join(each.question for each in memo.missing)
        raise Refused(f"The memo still lacks answers: {questions}", code="answers_missing")
    made = Proposal.objects.create(
        pilot=pilot,
        recommends=recommends,
        note=note.strip(),
        fingerprint=memo.fingerprint,
        proposed_by=by,
        proposed_at=now,
    )
    audit.record(
        verb="memo.proposed",
        pilot=pilot,
        by=by,
        now=now,
        reason=made.note,
        after={"recommends": recommends, "fingerprint": made.fingerprint},
    )
    return made


def freeze(*, memo: Memo, decision: Decision, now: datetime) -> SignedMemo:
    """Keeps what was signed, byte for byte, with its PDF, in the transaction of the signature."""
    known = {**memo.persons, **persons([decision.signed_by, decision.seconded_by])}
    document = Document(memo=replace(memo, persons=known), signature=signature(decision))
    data, printed = document.data(), pdf.pdf(document)
    return SignedMemo.objects.create(
        decision=decision,
        data=data.decode(),
        persons=known,
        data_hash=document.hash,
        pdf=printed,
        pdf_hash=digest(printed),
        made_at=now,
    )


def signature(decision: Decision) -> Signature:
    return Signature(
        outcome=decision.outcome,
        reason=decision.reason,
        against_reason=decision.against_reason,
        by=name(decision.signed_by),
        at=decision.signed_at,
        second=name(decision.seconded_by) if decision.seconded_by else "",
        second_at=decision.seconded_at,
        extend_mode=decision.get_extend_mode_display(),
        extend_until=decision.extend_until,
        settles=decision.settles,
        removed_parts=decision.removed_parts,
        lessons=decision.lessons,
        review_on=decision.review_on,
        supersedes=decision.supersedes_id,
        number=decision.pk,
    )


def _written_by(pilot: Pilot, by: User) -> Pilot:
    pilot = _locked(pilot)
    if not permissions.may_run(by, pilot):
        raise NotAllowed("Only the owner, the deputy or an administrator writes the memo.")
    _refuse_unless_open(pilot)
    return pilot


def _locked(pilot: Pilot) -> Pilot:
    return Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)


def _refuse_unless_open(pilot: Pilot) -> None:
    if not pilot.is_under_trial:
        raise WrongState(f"{pilot.name} is {pilot.get_state_display().lower()}: its memo is not open.")
