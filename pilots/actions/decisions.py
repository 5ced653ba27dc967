from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit, pilots, plans, verdicts
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Decision, Pilot, Verdict
from pilots.models.decision import DecisionOutcome
from pilots.queries.facts.charter import blockers
from pilots.queries.verdicts import newest

REVIEW_WITHIN = timedelta(days=366)


class EvidenceMoved(Refused):
    """A newer verdict came after the page was opened: nobody signs what she has not seen."""

    code = "evidence_moved"


@transaction.atomic
def sign(
    *,
    pilot: Pilot,
    outcome: str,
    reason: str,
    evidence_hash: str,
    review_on: date,
    by: User,
    now: datetime,
    extend_until: date | None = None,
    removed_parts: str = "",
) -> Decision:
    """Writes the decision of the named decider, once, on the evidence she saw.

    `evidence_hash` is that of the verdict on her page. Go and stop end the pilot; extend moves the end of
    its window; simplify lets it run on without the parts named. Raises NotAllowed, WrongState, EvidenceMoved or
    Refused; nothing is written then.
    """
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    _check_person(pilot, by)
    if not pilot.is_under_trial:
        raise WrongState(f"{pilot.name} is {pilot.get_state_display().lower()}: there is nothing to decide.")
    verdict = _check_evidence(pilot, evidence_hash)
    _check_words(outcome, reason=reason, removed_parts=removed_parts)
    _check_dates(pilot, outcome, extend_until=extend_until, review_on=review_on, today=now.date())
    if outcome == DecisionOutcome.GO and (points := blockers(pilot)):
        raise Refused(
            "Go cannot be signed yet. " + " ".join(points) + " The owner can complete the charter.",
            code="blocked",
        )
    decision = Decision.objects.create(
        pilot=pilot,
        outcome=outcome,
        reason=reason.strip(),
        verdict=verdict,
        evidence_hash=verdict.evidence_hash,
        signed_by=by,
        signed_at=now,
        extend_until=extend_until if outcome == DecisionOutcome.EXTEND else None,
        removed_parts=removed_parts.strip() if outcome == DecisionOutcome.SIMPLIFY else "",
        review_on=review_on,
    )
    _carry_out(pilot, decision, by=by, now=now)
    return decision


def _check_person(pilot: Pilot, by: User) -> None:
    if by.pk in {pilot.owner_id, pilot.deputy_id}:
        raise NotAllowed(
            f"You run this pilot, so you cannot sign its decision. {pilot.decider} signs.",
            code="proposer_cannot_sign",
        )
    if not permissions.may_sign(by, pilot):
        raise NotAllowed(f"Only {pilot.decider} signs the decision of this pilot.")


def _check_evidence(pilot: Pilot, evidence_hash: str) -> Verdict:
    verdict = newest(pilot)
    if verdict is None:
        raise Refused("The pilot has not been judged yet. Wait for the first verdict.", code="no_verdict")
    if verdict.evidence_hash != evidence_hash:
        raise EvidenceMoved("New evidence came in since you opened the page. Read it again, then sign.")
    return verdict


def _check_words(outcome: str, *, reason: str, removed_parts: str) -> None:
    if outcome not in DecisionOutcome.values:
        raise Refused("Choose go, extend, simplify or stop.", code="outcome_missing")
    if not reason.strip():
        raise Refused(
            "Give the reason for your decision; it is kept with the signature.", code="reason_missing"
        )
    if outcome == DecisionOutcome.SIMPLIFY and not removed_parts.strip():
        raise Refused("Name the parts that are removed.", code="removed_parts_missing")


def _check_dates(
    pilot: Pilot, outcome: str, *, extend_until: date | None, review_on: date, today: date
) -> None:
    if not today < review_on <= today + REVIEW_WITHIN:
        raise Refused("Set a review date within the next twelve months.", code="review_date")
    if outcome != DecisionOutcome.EXTEND:
        return
    if extend_until is None or extend_until <= max(pilot.window_end, today):
        raise Refused(
            f"Set a new end after {pilot.window_end:%-d %B %Y}, and in the future.", code="extend_date"
        )


def _carry_out(pilot: Pilot, decision: Decision, *, by: User, now: datetime) -> None:
    before = {"state": pilot.state, "window_end": pilot.window_end.isoformat()}
    if decision.outcome in (DecisionOutcome.GO, DecisionOutcome.STOP):
        pilots.settle(pilot=pilot)
    else:
        pilots.go_on(pilot=pilot, today=now.date(), until=decision.extend_until)
    if decision.extend_until:
        plans.freeze(pilot=pilot, reason=f"Extended by decision: {decision.reason}", by=by, now=now)
        verdicts.request(pilot=pilot)
    audit.record(
        verb="decision.signed",
        pilot=pilot,
        by=by,
        now=now,
        reason=decision.reason,
        before=before,
        after={
            "outcome": decision.outcome,
            "evidence_hash": decision.evidence_hash,
            "state": pilot.state,
            "window_end": pilot.window_end.isoformat(),
        },
    )
