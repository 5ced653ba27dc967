"""A running plan changes in the open: tightened at once, loosened by two people, and never behind the back of a breach."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction

from pilots.actions import amendments, measurements, plans, verdicts
from pilots.actions.changes import Act, Changes, Kind, RuleChange
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.judging.plan import Plan
from pilots.models import Amendment, AmendmentAnswer, Event, Goal, Pilot, PlanVersion, StopTrigger, Verdict
from pilots.models.write_once import WrittenOnce
from pilots.queries import amendments as history
from tests.copied_rows import copied
from tests.factories import (
    NOW,
    answer_all,
    make_manager,
    make_metric,
    make_owner,
    make_ready_pilot,
    make_rows,
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
@copied
def pilot() -> Pilot:
    """Review minutes with a goal (0.3 less) and a stop trigger (0.2 more), spend with a limit of 100; running."""
    from pilots.actions import pilots

    made = make_ready_pilot()
    spend = make_metric(
        made, "spend", estimand="total", design="absolute", unit="EUR", cap=None, floor=None, name="Spend"
    )
    StopTrigger.objects.create(metric=spend, limit=Decimal("100"), hard=True)
    make_metric(made, "cost", unit="EUR", name="Cost")
    make_metric(made, "calls", link="activity", design="absolute", name="Calls")
    pilots.start(pilot=made, by=made.owner, now=NOW)
    made.refresh_from_db()
    return made


def trigger(margin: str, *, metric: str = "review_minutes", act: Act = Act.CHANGE) -> Changes:
    change = RuleChange(kind=Kind.STOP_TRIGGER, act=act, metric=metric, margin=Decimal(margin))
    return Changes(rules=(change,))


def goal(margin: str, *, metric: str = "review_minutes", act: Act = Act.CHANGE) -> Changes:
    return Changes(rules=(RuleChange(kind=Kind.GOAL, act=act, metric=metric, margin=Decimal(margin)),))


def removed(kind: Kind, metric: str = "review_minutes") -> Changes:
    return Changes(rules=(RuleChange(kind=kind, act=Act.REMOVE, metric=metric),))


def propose(pilot: Pilot, changes: Changes, **fields: object) -> Amendment:
    defaults = {"reason": "The lawyers asked for it.", "by": pilot.owner, "now": LATER}
    return amendments.propose(pilot=pilot, changes=changes, **(defaults | fields))


def in_force(pilot: Pilot) -> Plan:
    return Plan.from_json(PlanVersion.objects.filter(pilot=pilot).latest("number").plan)


def counts_from(pilot: Pilot) -> dict[str, object]:
    return {metric.key: metric.counts_from for metric in in_force(pilot).metrics}


def test_a_tighter_margin_is_applied_at_once_and_seen(pilot: Pilot) -> None:
    verdicts.judge(pilot_id=pilot.pk, now=NOW)

    amendment = propose(pilot, trigger("0.1"))

    version = history.load(pilot).versions[0]
    assert (amendment.needs_second, amendment.answer.kind) == (False, "applied")
    assert StopTrigger.objects.get(metric__key="review_minutes").margin == Decimal("0.1")
    assert (version.frozen.number, version.frozen.frozen_by, version.frozen.reason, version.looks) == (
        2,
        pilot.owner,
        "The lawyers asked for it.",
        1,
    )
    assert [(each.subject, each.was, each.now) for each in version.differences] == [
        (
            "Stop trigger on review minutes",
            "stops if more than 0.2 min higher than before",
            "stops if more than 0.1 min higher than before",
        )
    ]
    assert version.restarted == []
    assert counts_from(pilot) == dict.fromkeys(["review_minutes", "spend", "cost", "calls"])


def test_a_looser_margin_waits_and_changes_nothing_yet(pilot: Pilot) -> None:
    amendment = propose(pilot, trigger("0.5"))

    assert amendment.needs_second is True
    assert PlanVersion.objects.filter(pilot=pilot).count() == 1
    assert StopTrigger.objects.get(metric__key="review_minutes").margin == Decimal("0.2")
    assert [proposal.amendment for proposal in history.load(pilot).open] == [amendment]


def test_the_second_person_brings_it_into_force_and_the_metric_starts_anew(pilot: Pilot) -> None:
    amendment = propose(pilot, trigger("0.5"))
    at = LATER + timedelta(hours=1)

    version = amendments.second(amendment=amendment, by=pilot.decider, now=at)

    answer = AmendmentAnswer.objects.get()
    assert (version.number, answer.kind, answer.by, answer.version) == (2, "seconded", pilot.decider, version)
    assert counts_from(pilot) == {"review_minutes": at, "spend": None, "cost": None, "calls": None}
    assert history.load(pilot).versions[0].restarted == ["Review minutes"]
    assert [event.verb for event in Event.objects.filter(pilot=pilot).order_by("id")][-2:] == [
        "plan.amendment_proposed",
        "plan.amended",
    ]


def test_numbers_from_before_the_restart_do_not_count_any_more(pilot: Pilot) -> None:
    measurements.record(pilot=pilot, rows=make_rows(40, phase="baseline"), now=NOW, atomic=True)
    measurements.record(pilot=pilot, rows=make_rows(60), now=NOW, atomic=True)
    amendments.second(amendment=propose(pilot, trigger("0.5")), by=pilot.decider, now=LATER)
    later = LATER + timedelta(days=1)
    measurements.record(pilot=pilot, rows=make_rows(5, start=later), now=later, atomic=True)

    verdict = verdicts.judge(pilot_id=pilot.pk, now=later)

    assert verdict is not None
    arms = json.loads(verdict.evidence)["facts"]["arms"]
    counted = {arm["phase"]: arm["n"] for arm in arms if arm["metric"] == "review_minutes"}
    assert counted == {"baseline": 40, "maintenance": 5}


def test_a_goal_added_after_data_waits_for_the_second_person(pilot: Pilot) -> None:
    amendment = propose(pilot, goal("0.1", metric="cost", act=Act.ADD))

    amendments.second(amendment=amendment, by=pilot.decider, now=LATER)

    assert amendment.needs_second is True
    assert counts_from(pilot)["cost"] == LATER
    assert Goal.objects.get(metric__key="cost").margin == Decimal("0.1")


def test_a_trigger_added_after_data_is_late_and_stays_late_through_later_versions(pilot: Pilot) -> None:
    propose(pilot, trigger("0.4", metric="cost", act=Act.ADD))

    propose(pilot, trigger("0.3", metric="cost"), now=LATER + timedelta(hours=1))

    found = in_force(pilot)
    assert {each.key: each.late for each in found.triggers} == {
        "stop:review_minutes": False,
        "stop:spend": False,
        "stop:cost": True,
    }
    assert found.trigger_count == 1


def test_a_restart_and_a_late_trigger_survive_an_extension(pilot: Pilot) -> None:
    propose(pilot, trigger("0.4", metric="cost", act=Act.ADD))
    amendments.second(amendment=propose(pilot, trigger("0.5")), by=pilot.decider, now=LATER)
    verdict = verdicts.judge(pilot_id=pilot.pk, now=LATER)
    assert verdict is not None

    answer_all(pilot, now=LATER)
    sign(pilot, "extend", extend_until=date(2026, 12, 14), now=LATER + timedelta(hours=1))

    found = in_force(pilot)
    assert counts_from(pilot)["review_minutes"] == LATER
    assert [each.late for each in found.triggers if each.key == "stop:cost"] == [True]
    newest = history.load(pilot).versions[0]
    assert [(each.subject, each.was, each.now) for each in newest.differences] == [
        ("Last day", "30 November 2026", "14 December 2026")
    ]


def test_a_raised_limit_of_a_running_sum_does_not_start_the_sum_again(pilot: Pilot) -> None:
    change = RuleChange(
        kind=Kind.STOP_TRIGGER, act=Act.CHANGE, metric="spend", level=Decimal("150"), hard=True
    )

    amendment = propose(pilot, Changes(rules=(change,)))
    amendments.second(amendment=amendment, by=pilot.decider, now=LATER)

    assert amendment.needs_second is True
    assert counts_from(pilot)["spend"] is None
    assert history.load(pilot).versions[0].restarted == []


def test_fewer_items_in_the_maintenance_phase_wait_for_the_second_person(pilot: Pilot) -> None:
    fewer = propose(pilot, Changes(maintenance_min_items=10))
    more = propose(pilot, Changes(maintenance_min_items=80))

    assert (fewer.needs_second, more.needs_second) == (True, False)
    assert in_force(pilot).maintenance_min_items == 80


def test_an_earlier_maintenance_phase_waits_for_the_second_person(pilot: Pilot) -> None:
    amendment = propose(pilot, Changes(maintenance_start=date(2026, 11, 10)))

    amendments.second(amendment=amendment, by=pilot.decider, now=LATER)

    assert amendment.differences == [
        {
            "subject": "First day of the maintenance phase",
            "was": "15 November 2026",
            "now": "10 November 2026",
            "key": "",
            "loosens": True,
            "restarts": "",
        }
    ]
    pilot.refresh_from_db()
    assert pilot.maintenance_start == date(2026, 11, 10)


def test_the_proposer_is_no_second_person(pilot: Pilot) -> None:
    amendment = propose(pilot, trigger("0.5"))

    with pytest.raises(NotAllowed) as refusal:
        amendments.second(amendment=amendment, by=pilot.owner, now=LATER)

    assert refusal.value.code == "proposer_cannot_second"
    assert PlanVersion.objects.filter(pilot=pilot).count() == 1


@pytest.mark.parametrize(
    "person",
    [make_owner, make_manager, lambda: make_user("reader", "Reviewers")],
    ids=["owner", "manager", "reviewer"],
)
def test_somebody_who_has_no_part_in_the_pilot_may_not_agree_or_decline(
    pilot: Pilot, person: Callable[[], User]
) -> None:
    amendment, stranger = propose(pilot, trigger("0.5")), person()

    with pytest.raises(NotAllowed):
        amendments.second(amendment=amendment, by=stranger, now=LATER)
    with pytest.raises(NotAllowed):
        amendments.decline(amendment=amendment, reason="No.", by=stranger, now=LATER)


def test_a_deputy_may_agree_to_what_the_owner_proposed(pilot: Pilot) -> None:
    pilot.deputy = make_owner()
    pilot.save()

    version = amendments.second(amendment=propose(pilot, trigger("0.5")), by=pilot.deputy, now=LATER)

    assert version.number == 2


@pytest.mark.parametrize("person", ["decider", "stranger"])
def test_only_who_runs_the_pilot_proposes(pilot: Pilot, person: str) -> None:
    by = pilot.decider if person == "decider" else make_owner()

    with pytest.raises(NotAllowed, match="Only the owner or the deputy"):
        propose(pilot, trigger("0.1"), by=by)

    assert not Amendment.objects.exists()


def test_the_second_person_declines_with_a_reason(pilot: Pilot) -> None:
    amendment = propose(pilot, trigger("0.5"))

    with pytest.raises(Refused, match="Say why you decline"):
        amendments.decline(amendment=amendment, reason=" ", by=pilot.decider, now=LATER)
    answer = amendments.decline(
        amendment=amendment, reason="Half a minute is a lot.", by=pilot.decider, now=LATER
    )

    assert (answer.kind, answer.by, answer.reason) == ("declined", pilot.decider, "Half a minute is a lot.")
    assert PlanVersion.objects.filter(pilot=pilot).count() == 1
    assert Event.objects.filter(verb="plan.amendment_declined", reason="Half a minute is a lot.").count() == 1


def test_the_proposer_withdraws_without_a_reason(pilot: Pilot) -> None:
    answer = amendments.decline(
        amendment=propose(pilot, trigger("0.5")), reason="", by=pilot.owner, now=LATER
    )

    assert answer.kind == "withdrawn"


def test_an_answer_is_given_once(pilot: Pilot) -> None:
    amendment = propose(pilot, trigger("0.5"))
    amendments.second(amendment=amendment, by=pilot.decider, now=LATER)

    with pytest.raises(Refused, match=r"This was seconded by .* already\."):
        amendments.second(amendment=amendment, by=pilot.decider, now=LATER)
    with pytest.raises(Refused, match=r"already\."):
        amendments.decline(amendment=amendment, reason="No.", by=pilot.decider, now=LATER)


def test_a_proposal_that_another_amendment_overtook_is_not_applied(pilot: Pilot) -> None:
    amendment = propose(pilot, trigger("0.5"))
    propose(pilot, trigger("0.1"))

    with pytest.raises(Refused) as refusal:
        amendments.second(amendment=amendment, by=pilot.decider, now=LATER)

    assert refusal.value.code == "plan_moved"
    assert in_force(pilot).version == 2
    assert StopTrigger.objects.get(metric__key="review_minutes").margin == Decimal("0.1")


def breached(pilot: Pilot) -> None:
    measurements.record(pilot=pilot, rows=make_rows(300, phase="baseline"), now=NOW, atomic=True)
    measurements.record(pilot=pilot, rows=make_rows(300, value=6.0), now=NOW, atomic=True)


@pytest.mark.parametrize("changes", [trigger("4"), removed(Kind.STOP_TRIGGER)], ids=["loosened", "removed"])
def test_a_breach_is_not_taken_back_by_an_amendment(pilot: Pilot, changes: Changes) -> None:
    breached(pilot)
    verdict = verdicts.judge(pilot_id=pilot.pk, now=NOW)

    with pytest.raises(Refused) as refusal:
        propose(pilot, changes)

    assert verdict is not None
    assert verdict.code == "HARM"
    assert refusal.value.code == "rule_breached"


def test_harm_that_nobody_has_looked_at_yet_is_seen_before_the_rule_goes(pilot: Pilot) -> None:
    amendment = propose(pilot, trigger("4"))
    breached(pilot)

    with pytest.raises(Refused) as refusal:
        amendments.second(amendment=amendment, by=pilot.decider, now=LATER)

    assert refusal.value.code == "rule_breached"
    assert PlanVersion.objects.filter(pilot=pilot).count() == 1


def test_the_plan_in_force_is_looked_at_once_more_before_it_goes(pilot: Pilot) -> None:
    measurements.record(pilot=pilot, rows=make_rows(40), now=NOW, atomic=True)

    propose(pilot, trigger("0.1"))

    assert [verdict.plan.number for verdict in Verdict.objects.filter(pilot=pilot)] == [1]
    assert Event.objects.get(verb="plan.amended").after["looks"] == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (trigger("0.2"), "This changes nothing: the plan says so already."),
        (Changes(), "This changes nothing: the plan says so already."),
        (goal("0.2", act=Act.ADD), "There is a goal on review minutes already. Change it instead."),
        (trigger("0.1", metric="cost"), "There is no stop trigger on cost any more. Add one instead."),
        (goal("0.1", metric="nonsense"), "This pilot has no metric nonsense."),
        (trigger("-0.1"), "Give the margin as a number of zero or more; the metric's direction says which way is worse."),
        (removed(Kind.GOAL), "Without a goal nothing can be proven. Give at least one metric a goal."),
        (
            Changes(rules=trigger("0.1").rules * 2),
            "Name each goal and each stop trigger once.",
        ),
        (
            Changes(maintenance_start=date(2027, 1, 1)),
            "The maintenance phase must begin inside the window, and the window must end after it starts.",
        ),
        (
            Changes(rules=(RuleChange(kind=Kind.STOP_TRIGGER, act=Act.CHANGE, metric="review_minutes"),)),
            "Give either a margin (how much worse) or a limit (a level); relative goes with a margin.",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_what_to_do(pilot: Pilot, changes: Changes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        propose(pilot, changes)

    assert str(refusal.value) == sentence
    assert not Amendment.objects.exists()


def test_activity_never_decides(pilot: Pilot) -> None:
    change = RuleChange(kind=Kind.GOAL, act=Act.ADD, metric="calls", level=Decimal(10))

    with pytest.raises(Refused, match="Calls counts activity, which is not value"):
        propose(pilot, Changes(rules=(change,)))


def test_a_reason_is_asked_for(pilot: Pilot) -> None:
    with pytest.raises(Refused) as refusal:
        propose(pilot, trigger("0.1"), reason="  ")

    assert refusal.value.code == "reason_missing"


@pytest.mark.parametrize(
    ("state", "sentence"), [("draft", "A draft is simply edited"), ("decided", "its plan is closed")]
)
def test_only_a_pilot_under_trial_has_a_plan_to_amend(pilot: Pilot, state: str, sentence: str) -> None:
    with pgtrigger.ignore():
        Pilot.objects.filter(pk=pilot.pk).update(state=state)

    with pytest.raises(WrongState, match=sentence):
        propose(pilot, trigger("0.1"))


def test_the_next_version_is_the_same_whoever_asks_for_it(pilot: Pilot) -> None:
    propose(pilot, trigger("0.1"))
    pilot.refresh_from_db()

    again = plans.drafted(pilot, now=LATER + timedelta(days=3))

    found = in_force(pilot)
    assert (again.version, again.metrics, again.triggers) == (3, found.metrics, found.triggers)


def test_a_proposal_and_its_answer_are_kept_as_written(pilot: Pilot) -> None:
    amendment = propose(pilot, trigger("0.1"))

    for record in (amendment, amendment.answer):
        with pytest.raises(WrittenOnce):
            record.save()
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            type(record).objects.filter(pk=record.pk).update(reason="Other.")
        with pytest.raises(WrittenOnce):
            record.delete()


@pytest.mark.parametrize(
    ("kind", "refusal"), [("seconded", "must be another"), ("applied", "a second person must agree")]
)
def test_the_database_knows_who_is_no_second_person(pilot: Pilot, kind: str, refusal: str) -> None:
    amendment = propose(pilot, trigger("0.5"))

    with pytest.raises(DatabaseError, match=refusal), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pilots_amendmentanswer (amendment_id, kind, by_id, at, reason, version_id)"
            " VALUES (%s, %s, %s, %s, '', %s)",
            [amendment.pk, kind, pilot.owner.pk, LATER, amendment.against_id],
        )
