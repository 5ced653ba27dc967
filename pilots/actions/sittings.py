"""Work on the review queue: one answer at a time, for one person at a time, each judged and timed once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from random import SystemRandom

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from evaluations.models import Result
from pilots import permissions
from pilots.actions import failures, findings, review_minutes
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Failure, Pilot, Review, ReviewPlan, Sitting
from pilots.models.failure import Severity
from pilots.models.review import ReviewSource, ReviewVerdict
from pilots.models.sitting import SittingState, TimedBy, Turn
from pilots.queries import review_queue
from pilots.reading.attention import by_the_clock, credited

ATTEMPTS = 5
CLASS = 0x50_52_51  # "PRQ": keeps these advisory locks apart from anybody else's
ANCHORS = 0.2
"""The chance that the next item is an anchor while one is due and others wait, and the same for a second check."""
MOST_SECONDS = 1e6
HUNDREDTH = Decimal("0.01")
Source = Callable[[Pilot, User, ReviewPlan, datetime], Result | None]


@dataclass(frozen=True)
class Judgement:
    """`claimed_seconds` is what the page's timer says, None where none ran; `stated_minutes` what the reviewer says
    instead. `failure` makes an example of failure of it."""

    verdict: str
    note: str = ""
    severity: str = ""
    correct: bool | None = None
    failure: bool = False
    claimed_seconds: float | None = None
    stated_minutes: Decimal | None = None


@dataclass(frozen=True)
class Done:
    """`uncounted` says why the minutes are in no metric of the pilot; empty where they are."""

    review: Review
    is_new: bool
    uncounted: str = ""


@transaction.atomic
def take(*, pilot: Pilot, by: User, now: datetime, draw: float | None = None) -> Sitting | None:
    """The answer that she has before her, or else the next one; None when nothing waits. Nobody else gets it until she is
    done or gives no sign of life any more. `draw`, from 0 to 1, says what comes next. Raises NotAllowed, WrongState."""
    _check(pilot, by)
    _one_at_a_time(by)
    draw = SystemRandom().random() if draw is None else draw
    mine = Sitting.objects.filter(pilot=pilot, state=SittingState.OPEN)
    mine.filter(expires_at__lte=now).exclude(person=by).update(state=SittingState.LAPSED)
    plan = review_queue.plan_of(pilot)
    for _ in range(ATTEMPTS):
        if own := mine.filter(person=by).first():
            return own
        for turn in _order(draw):
            result = SOURCES[turn](pilot, by, plan, now)
            if result is None:
                continue
            if sitting := _open(pilot, result, turn, by, now):
                return sitting
            break  # somebody was faster: look again
        else:
            return None
    return None


@transaction.atomic
def beat(*, sitting: Sitting, claimed_seconds: float, by: User, now: datetime) -> Sitting:
    """A sign of life of the page: credits what can be true of its timer, and keeps the answer hers. Raises NotAllowed, and
    Refused once she has it no more."""
    sitting = _locked(sitting, by)
    if sitting.state != SittingState.OPEN:
        raise Refused("You have this one no more. Take the next.", code="not_open")
    _credit(sitting, claimed_seconds, now)
    sitting.expires_at = now + _lease()
    sitting.save(update_fields=["active_seconds", "claimed_seconds", "seen_at", "expires_at", "timed_by"])
    return sitting


@transaction.atomic
def skip(*, sitting: Sitting, by: User, now: datetime) -> None:
    """Leaves it to somebody else. Raises NotAllowed. Nothing happens to one that is judged."""
    sitting = _locked(sitting, by)
    if sitting.state == SittingState.OPEN:
        sitting.state, sitting.seen_at = SittingState.SKIPPED, now
        sitting.save(update_fields=["state", "seen_at"])


@transaction.atomic
def judge(*, sitting: Sitting, judgement: Judgement, by: User, now: datetime) -> Done:
    """Keeps the review and, once, its minutes as a measurement. The same again gives the first review. Raises NotAllowed,
    WrongState, Unfit, and Refused where something is missing or somebody else has it by now."""
    seen = Sitting.objects.select_related("pilot", "result__case", "result__target").get(pk=sitting.pk)
    pilot, result = seen.pilot, seen.result
    if seen.person_id == by.pk and seen.review:
        return Done(seen.review, is_new=False)
    _check(pilot, by)
    _check_words(judgement)
    _time(seen, judgement, now)
    # First: it shares the pilot with whoever else measures, which is locked before any row.
    uncounted = review_minutes.record(sitting=seen, by=by, now=now) if seen.person_id == by.pk else ""
    locked = _locked(sitting, by)
    if locked.review:
        return Done(locked.review, is_new=False)
    if locked.state != SittingState.OPEN:
        _reopen(locked)
    review, _ = findings.record_review(
        pilot=pilot, values=_values(seen, judgement), by=by, token=None, now=now
    )
    if judgement.failure and not Failure.objects.filter(pilot=pilot, result=result).exists():
        _make_failure(pilot, result, judgement, by, now)
    locked.active_seconds, locked.timed_by = seen.active_seconds, seen.timed_by
    locked.state, locked.seen_at, locked.review = SittingState.DONE, now, review
    locked.wants_second = locked.turn == Turn.FIRST and _wants_second(locked)
    locked.save()
    return Done(review, is_new=True, uncounted=uncounted)


def _check(pilot: Pilot, by: User) -> None:
    if not permissions.may_report(by, pilot):
        raise NotAllowed("People with a part in this pilot and reviewers judge its answers.")
    if not pilot.is_under_trial:
        raise WrongState(
            f"{pilot.name} is {pilot.get_state_display().lower()}: its answers are judged while it is tried."
        )


def _check_words(judgement: Judgement) -> None:
    if judgement.verdict not in ReviewVerdict.values:
        raise Refused("Choose whether it is accepted, needed rework or is rejected.", code="verdict_missing")
    if judgement.verdict != ReviewVerdict.ACCEPTED:
        if not judgement.note.strip():
            raise Refused("Say in a few words what is wrong with it.", code="note_missing")
        if judgement.severity not in Severity.values:
            raise Refused("Say how bad it would have been, had nobody looked.", code="severity_missing")
    elif judgement.failure:
        raise Refused("What is accepted as it is is no failure.", code="accepted_failure")


def _locked(sitting: Sitting, by: User) -> Sitting:
    found = Sitting.objects.select_for_update(of=("self",)).select_related("review").get(pk=sitting.pk)
    if found.person_id != by.pk:
        raise NotAllowed("Somebody else has this one.")
    return found


def _order(draw: float) -> tuple[Turn, ...]:
    if draw < ANCHORS:
        return (Turn.ANCHOR, Turn.SECOND, Turn.FIRST)
    if draw < 2 * ANCHORS:
        return (Turn.SECOND, Turn.FIRST, Turn.ANCHOR)
    return (Turn.FIRST, Turn.SECOND, Turn.ANCHOR)


def _one_at_a_time(person: User) -> None:
    """Whoever asks twice at once waits for her first answer, instead of keeping a second one from others meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CLASS, person.pk % 2**31])


def _first(pilot: Pilot, by: User, plan: ReviewPlan, now: datetime) -> Result | None:
    found = review_queue.firsts(pilot, by, plan, now=now)
    return found.select_for_update(of=("self",), no_key=True, skip_locked=True).first()


def _second(pilot: Pilot, by: User, plan: ReviewPlan, now: datetime) -> Result | None:
    found = review_queue.seconds(pilot, by, now=now).select_related("result")
    first = found.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
    return first.result if first else None


def _anchor(pilot: Pilot, by: User, plan: ReviewPlan, now: datetime) -> Result | None:
    """Several people may have the same one before them: each judges it for herself."""
    found = review_queue.anchors(pilot, by, plan, now=now).select_related("result").first()
    return found.result if found else None


SOURCES: dict[Turn, Source] = {Turn.FIRST: _first, Turn.SECOND: _second, Turn.ANCHOR: _anchor}


def _open(pilot: Pilot, result: Result, turn: Turn, by: User, now: datetime) -> Sitting | None:
    """None where the database knows one already: a look that began before that one was kept did not see it."""
    try:
        with transaction.atomic():
            return Sitting.objects.create(
                pilot=pilot,
                result=result,
                turn=turn,
                person=by,
                opened_at=now,
                seen_at=now,
                expires_at=now + _lease(),
            )
    except IntegrityError:
        return None


def _reopen(sitting: Sitting) -> None:
    """She was away for longer than it is kept for her; her work counts unless somebody else has it."""
    try:
        with transaction.atomic():
            sitting.state = SittingState.OPEN
            sitting.save(update_fields=["state"])
    except IntegrityError:
        raise Refused(
            "You were away, and somebody else has it by now. Your judgement was not kept; take the next.",
            code="taken",
        ) from None


def _time(sitting: Sitting, judgement: Judgement, now: datetime) -> None:
    """Sets the seconds and whose word they are. Raises Refused for more than there were."""
    open_for = (now - sitting.opened_at).total_seconds()
    if judgement.stated_minutes is not None:
        if not 0 <= judgement.stated_minutes * 60 <= Decimal(open_for) + 60:
            raise Refused(
                f"You opened it {open_for / 60:.0f} minutes ago: say how many of them you looked at it.",
                code="minutes_unlikely",
            )
        sitting.active_seconds = min(judgement.stated_minutes * 60, Decimal(open_for)).quantize(HUNDREDTH)
        sitting.timed_by = TimedBy.PERSON
    elif judgement.claimed_seconds is not None or sitting.timed_by == TimedBy.SCRIPT:
        _credit(sitting, judgement.claimed_seconds or 0, now)
    else:
        seconds = by_the_clock(open_for=open_for, idle=settings.PILOT_REVIEW_IDLE_SECONDS)
        sitting.active_seconds = Decimal(seconds).quantize(HUNDREDTH)
        sitting.timed_by = TimedBy.CLOCK


def _credit(sitting: Sitting, claimed: float, now: datetime) -> None:
    claimed = min(claimed, MOST_SECONDS)
    added = credited(
        claimed=claimed,
        known=float(sitting.claimed_seconds),
        since_seen=(now - sitting.seen_at).total_seconds(),
        idle=settings.PILOT_REVIEW_IDLE_SECONDS,
    )
    sitting.active_seconds = Decimal(float(sitting.active_seconds) + added).quantize(HUNDREDTH)
    # What was claimed beyond belief is not claimed again at the next beat.
    sitting.claimed_seconds = max(sitting.claimed_seconds, Decimal(claimed).quantize(HUNDREDTH))
    sitting.seen_at, sitting.timed_by = now, TimedBy.SCRIPT


def _values(sitting: Sitting, judgement: Judgement) -> dict[str, object]:
    result = sitting.result
    return {
        "candidate": sitting.pilot.candidates.filter(slug=result.target.key).first(),
        "unit_id": result.case.unit_id or result.case.key,
        "result": result,
        "source": ReviewSource.PERSON,
        "verdict": judgement.verdict,
        "severity": judgement.severity if judgement.verdict != ReviewVerdict.ACCEPTED else "",
        "correct": judgement.correct,
        "note": judgement.note.strip(),
        "active_seconds": sitting.active_seconds,
        "anchor": sitting.turn == Turn.ANCHOR,
        "external_id": f"queue-{sitting.pk}",
    }


def _make_failure(pilot: Pilot, result: Result, judgement: Judgement, by: User, now: datetime) -> None:
    candidates = {each.slug: each for each in pilot.candidates.all()}
    values = failures.of_result(result, candidates, {"severity": judgement.severity})
    findings.report_failure(pilot=pilot, values=values, by=by, token=None, now=now)


def _wants_second(sitting: Sitting) -> bool:
    """By a lot that is always the same for an answer."""
    lot = int.from_bytes(sha256(f"second {sitting.result_id}".encode()).digest()[:4]) / 2**32
    return 100 * lot < review_queue.plan_of(sitting.pilot).second_share


def _lease() -> timedelta:
    return timedelta(minutes=settings.PILOT_REVIEW_LEASE_MINUTES)
