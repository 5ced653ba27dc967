"""The decision on a pilot: signed by the named decider on the memo she read, once, and carried out."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit, charters, memos, pilots, plans, removals, verdicts
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.memos.structure import Memo
from pilots.models import Decision, FirstSignature, Pilot, Verdict
from pilots.models.decision import DecisionOutcome, ExtendMode
from pilots.models.pilot import State
from pilots.queries import memo as memo_queries
from pilots.queries import signatures
from pilots.queries.memo.answers import authors
from pilots.queries.people import name
from pilots.queries.verdicts import newest

REVIEW_WITHIN = timedelta(days=366)


class EvidenceMoved(Refused):
    """What she read is not what the memo says now: nobody signs what she has not seen."""

    code = "evidence_moved"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is decided, in the decider's words. Which of them an outcome needs is checked when it is signed."""

    outcome: str
    reason: str
    review_on: date
    against_reason: str = ""
    extend_mode: str = ""
    extend_until: date | None = None
    settles: str = ""
    removed_parts: str = ""
    lessons: str = ""

    def kept(self) -> "Terms":
        """Stripped, without what does not belong to the outcome."""
        extends, stops = self.outcome == DecisionOutcome.EXTEND, self.outcome == DecisionOutcome.STOP
        goes_on = self.outcome in (DecisionOutcome.EXTEND, DecisionOutcome.SIMPLIFY)
        return Terms(
            outcome=self.outcome,
            reason=self.reason.strip(),
            review_on=self.review_on,
            against_reason=self.against_reason.strip(),
            extend_mode=self.extend_mode if extends else "",
            extend_until=self.extend_until if goes_on else None,
            settles=self.settles.strip() if extends else "",
            removed_parts=self.removed_parts.strip() if goes_on else "",
            lessons=self.lessons.strip() if stops else "",
        )


@dataclass(frozen=True, kw_only=True)
class Signing:
    """Who signs, when, with whom, and what is corrected by it."""

    by: User
    at: datetime
    second: User | None = None
    supersedes: Decision | None = None


@transaction.atomic
def sign(
    *,
    pilot: Pilot,
    terms: Terms,
    fingerprint: str,
    by: User,
    now: datetime,
    supersedes: Decision | None = None,
) -> Decision | FirstSignature:
    """Writes the decision of the named decider, once, on the memo she read, and freezes the memo.

    `fingerprint` is that of the memo on her page. Go ends the pilot; stop ends it and opens the removal checklist;
    extend moves the end of its window; simplify lets it run on without the parts named. Against a stop flag, and for a
    third extension, this is the first of two signatures: nothing follows until somebody else agrees. `supersedes` is the
    decision that stands and is corrected. Raises NotAllowed, WrongState, EvidenceMoved or Refused; nothing is written then.
    """
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    _check_person(pilot, by)
    _check_state(pilot, supersedes)
    memo, verdict = _check_evidence(pilot, fingerprint, now=now)
    terms = terms.kept()
    _check_words(terms)
    _check_dates(pilot, terms, today=now.date())
    _check_case(memo, terms)
    signing = Signing(by=by, at=now, supersedes=supersedes)
    if memo.case(terms.outcome).second:
        return _wait_for_second(pilot, terms, memo, verdict, signing)
    return _write(pilot, terms, memo, verdict, signing, now=now)


def _check_person(pilot: Pilot, by: User) -> None:
    if by.pk in {pilot.owner_id, pilot.deputy_id}:
        raise NotAllowed(
            f"You run this pilot, so you cannot sign its decision. {name(pilot.decider)} signs.",
            code="proposer_cannot_sign",
        )
    if not permissions.may_sign(by, pilot):
        raise NotAllowed(f"Only {name(pilot.decider)} signs the decision of this pilot.")
    if by.pk in authors(pilot):
        raise NotAllowed(
            "You wrote or proposed this memo, so somebody else must decide. An administrator can name another decider.",
            code="proposer_cannot_sign",
        )


def _check_state(pilot: Pilot, supersedes: Decision | None) -> None:
    if supersedes is None:
        if not pilot.is_under_trial:
            raise WrongState(
                f"{pilot.name} is {pilot.get_state_display().lower()}: there is nothing to decide."
            )
        if signatures.open_first(pilot):
            raise Refused(
                "You have signed already; a second signer is asked. Take it back before you sign anew.",
                code="waits_for_second",
            )
        return
    standing = signatures.standing(pilot)
    if standing is None or standing.pk != supersedes.pk or pilot.state != State.DECIDED:
        raise WrongState("Only the decision that stands, of a pilot that is decided, can be corrected.")


def _check_evidence(pilot: Pilot, fingerprint: str, *, now: datetime) -> tuple[Memo, Verdict]:
    memo, verdict = memo_queries.load(pilot, now=now), newest(pilot)
    if verdict is None:
        raise Refused("The pilot has not been judged yet. Wait for the first verdict.", code="no_verdict")
    if memo.fingerprint != fingerprint:
        raise EvidenceMoved("New evidence came in since you opened the page. Read it again, then sign.")
    return memo, verdict


def _check_words(terms: Terms) -> None:
    if terms.outcome not in DecisionOutcome.values:
        raise Refused("Choose go, extend, simplify or stop.", code="outcome_missing")
    if not terms.reason:
        raise Refused(
            "Give the reason for your decision; it is kept with the signature.", code="reason_missing"
        )
    if terms.outcome == DecisionOutcome.EXTEND and terms.extend_mode not in ExtendMode.values:
        raise Refused("Say how it is extended: more time, or a narrower scope.", code="extend_mode_missing")
    if terms.outcome == DecisionOutcome.EXTEND and not terms.settles:
        raise Refused("Say what the extension is to settle.", code="settles_missing")
    narrower = terms.extend_mode == ExtendMode.SCOPE or terms.outcome == DecisionOutcome.SIMPLIFY
    if narrower and not terms.removed_parts:
        raise Refused("Name the parts that are removed.", code="removed_parts_missing")


def _check_dates(pilot: Pilot, terms: Terms, *, today: date) -> None:
    if not today < terms.review_on <= today + REVIEW_WITHIN:
        raise Refused("Set a review date within the next twelve months.", code="review_date")
    is_over = pilot.window_end < today
    needed = terms.outcome == DecisionOutcome.EXTEND or (
        terms.outcome == DecisionOutcome.SIMPLIFY and is_over
    )
    late_enough = terms.extend_until is not None and terms.extend_until > max(pilot.window_end, today)
    if (needed or terms.extend_until) and not late_enough:
        raise Refused(
            f"Set a new end after {pilot.window_end:%-d %B %Y}, and in the future.", code="extend_date"
        )


def _check_case(memo: Memo, terms: Terms) -> None:
    """What the memo itself says of the outcome: whether it can be signed, and whether it contradicts the machine."""
    case = memo.case(terms.outcome)
    if case.blocked:
        who = "The owner can complete the charter and the memo."
        said = f"{terms.outcome.capitalize()} cannot be signed yet. {' '.join(case.blocked)} {who}"
        raise Refused(said, code="blocked")
    if case.against_flag and not terms.against_reason:
        flag = memo.machine.flag if memo.machine else ""
        raise Refused(
            f"The machine's flag is {flag}. Say why you decide otherwise; both are kept.",
            code="against_reason_missing",
        )


def _wait_for_second(
    pilot: Pilot, terms: Terms, memo: Memo, verdict: Verdict, signing: Signing
) -> FirstSignature:
    because = " ".join(memo.case(terms.outcome).second)
    made = FirstSignature.objects.create(
        pilot=pilot,
        **asdict(terms),
        supersedes=signing.supersedes,
        verdict=verdict,
        memo=memo.data().decode(),
        persons=dict(memo.persons),
        fingerprint=memo.fingerprint,
        needed_because=because,
        signed_by=signing.by,
        signed_at=signing.at,
    )
    audit.record(
        verb="decision.first_signed",
        pilot=pilot,
        by=signing.by,
        now=signing.at,
        reason=made.reason,
        after={"outcome": made.outcome, "fingerprint": made.fingerprint, "needed_because": because},
    )
    return made


def write_seconded(*, first: FirstSignature, pilot: Pilot, by: User, now: datetime) -> Decision:
    """The decision of a first signature that somebody else agreed to, on the memo that both have read. The caller holds
    the pilot's lock. Raises EvidenceMoved when the flag has changed since, or Refused when its dates have passed."""
    found = newest(pilot)
    if found is None or found.flag != first.verdict.flag:
        raise EvidenceMoved(
            f"The machine's flag has changed since {name(first.signed_by)} signed, who must take the signature back, "
            "read the memo again and sign anew."
        )
    terms = Terms(**{each: getattr(first, each) for each in Terms.__dataclass_fields__})
    _check_dates(pilot, terms, today=now.date())
    signing = Signing(by=first.signed_by, at=first.signed_at, second=by, supersedes=first.supersedes)
    memo = Memo.read(first.memo, first.persons)
    return _write(pilot, terms, memo, first.verdict, signing, now=now)


def _write(
    pilot: Pilot, terms: Terms, memo: Memo, verdict: Verdict, signing: Signing, *, now: datetime
) -> Decision:
    decision = Decision.objects.create(
        pilot=pilot,
        **asdict(terms),
        verdict=verdict,
        evidence_hash=verdict.evidence_hash,
        memo_hash=memo.fingerprint,
        signed_by=signing.by,
        signed_at=signing.at,
        seconded_by=signing.second,
        seconded_at=now if signing.second else None,
        supersedes=signing.supersedes,
    )
    memos.freeze(memo=memo, decision=decision, now=now)
    _carry_out(pilot, decision, by=signing.by, now=now)
    return decision


def _carry_out(pilot: Pilot, decision: Decision, *, by: User, now: datetime) -> None:
    before = {"state": pilot.state, "window_end": pilot.window_end.isoformat()}
    if decision.outcome in (DecisionOutcome.GO, DecisionOutcome.STOP):
        pilots.settle(pilot=pilot)
    else:
        _leave_out(pilot, decision, by=by, now=now)
        pilots.go_on(pilot=pilot, today=now.date(), until=decision.extend_until)
    removals.follow(pilot=pilot, decision=decision, now=now)
    if decision.extend_until:
        plans.freeze(pilot=pilot, reason=f"Extended by decision: {decision.reason}", by=by, now=now)
        verdicts.request(pilot=pilot)
    audit.record(
        verb="decision.corrected" if decision.supersedes_id else "decision.signed",
        pilot=pilot,
        by=by,
        now=now,
        reason=decision.reason,
        before=before,
        after={
            "outcome": decision.outcome,
            "evidence_hash": decision.evidence_hash,
            "memo_hash": decision.memo_hash,
            "state": pilot.state,
            "window_end": pilot.window_end.isoformat(),
            **({"seconded_by": name(decision.seconded_by)} if decision.seconded_by else {}),
        },
    )


def _leave_out(pilot: Pilot, decision: Decision, *, by: User, now: datetime) -> None:
    """What is removed is out of scope from here on, in the charter as well."""
    if not decision.removed_parts:
        return
    line = f"Removed by decision of {now:%-d %B %Y}: {decision.removed_parts}"
    pilot.scope_out = "\n".join(filter(None, (pilot.scope_out, line)))
    pilot.save(update_fields=["scope_out"])
    charters.write_version(pilot=pilot, reason=f"Simplified by decision: {decision.reason}", by=by, now=now)
