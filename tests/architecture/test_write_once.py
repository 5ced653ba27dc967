"""Records that are kept as written: refused in Python, and by the database for whoever comes another way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from evaluations.models import CanaryAcceptance, CanaryLook, Choice, Claim, ComparisonWaiver, Source
from evaluations.models.write_once import WriteOnce, WrittenOnce
from pilots.actions import verdicts
from pilots.models import (
    Amendment,
    AmendmentAnswer,
    Answer,
    Baseline,
    CharterVersion,
    Decision,
    Event,
    FirstSignature,
    Incident,
    JournalEntry,
    MemoComment,
    Override,
    Pilot,
    PlanVersion,
    Proposal,
    Quarantine,
    QuarantineAct,
    Review,
    SecondSignature,
    SignedMemo,
    UsabilityScore,
    Verdict,
)
from tests.evaluations.builders import make_run, make_suite, make_version
from tests.factories import NOW, make_running_pilot

RECORDS = [
    Verdict,
    Decision,
    Event,
    PlanVersion,
    Amendment,
    AmendmentAnswer,
    Answer,
    CharterVersion,
    Override,
    Incident,
    Quarantine,
    QuarantineAct,
    Review,
    Baseline,
    JournalEntry,
    Claim,
    Choice,
    CanaryLook,
    CanaryAcceptance,
    ComparisonWaiver,
    Answer,
    Proposal,
    SignedMemo,
    FirstSignature,
    SecondSignature,
    MemoComment,
    UsabilityScore,
]


def test_these_are_all_the_records() -> None:
    found = {model for model in apps.get_models() if issubclass(model, WriteOnce)}

    assert found == set(RECORDS)


@pytest.fixture
def records(db: None) -> list[WriteOnce]:
    """One of each."""
    pilot = make_running_pilot()
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    _decide(pilot)
    _amend(pilot)
    _charter(pilot)
    _claim(pilot)
    _watch(pilot)
    _doubt(pilot)
    _propose(pilot)
    _remember(pilot)
    return [model.objects.all()[0] for model in RECORDS]


def _remember(pilot: Pilot) -> None:
    JournalEntry.objects.create(
        pilot=pilot, text="It rained.", happened_on=NOW.date(), written_by=pilot.owner, written_at=NOW
    )
    UsabilityScore.objects.create(pilot=pilot, score=3, given_by=pilot.owner, given_at=NOW)
    MemoComment.objects.create(
        pilot=pilot, question="time_gained", text="Where?", written_by=pilot.owner, written_at=NOW
    )
    Baseline.objects.create(
        pilot=pilot,
        metric=pilot.metrics.all()[0],
        rows=1,
        retrospective=0,
        first_at=NOW,
        last_at=NOW,
        digest="0" * 64,
        frozen_at=NOW,
    )


def _decide(pilot: Pilot) -> None:
    verdict = Verdict.objects.get(pilot=pilot)
    Decision.objects.create(
        pilot=pilot,
        outcome="stop",
        reason="Enough seen.",
        verdict=verdict,
        evidence_hash=verdict.evidence_hash,
        signed_by=pilot.decider,
        signed_at=NOW,
        review_on=NOW.date(),
    )


def _amend(pilot: Pilot) -> None:
    amendment = Amendment.objects.create(
        pilot=pilot,
        number=1,
        against=pilot.plans.get(),
        changes={},
        differences=[],
        needs_second=True,
        looks=1,
        reason="Too tight.",
        proposed_by=pilot.owner,
        proposed_at=NOW,
    )
    AmendmentAnswer.objects.create(
        amendment=amendment, kind="declined", by=pilot.decider, at=NOW, reason="It is not."
    )


def _charter(pilot: Pilot) -> None:
    CharterVersion.objects.create(
        pilot=pilot,
        number=100,
        charter={},
        charter_hash="",
        reason="First.",
        written_by=pilot.owner,
        written_at=NOW,
    )
    Override.objects.create(
        pilot=pilot, code="one", reason="Known.", overridden_by=pilot.owner, overridden_at=NOW
    )
    Incident.objects.create(
        pilot=pilot, kind="critical", text="Lost.", happened_at=NOW, reported_at=NOW, reported_by=pilot.owner
    )


def _claim(pilot: Pilot) -> None:
    source = Source.objects.create(key="mail", what="A mail", trust="person", read_on=NOW.date())
    deployment = pilot.candidates.get().deployment
    claim = Claim.objects.create(
        model=deployment.model, field="licence", value="MIT", source=source, created_at=NOW
    )
    Choice.objects.create(claim=claim, reason="Read.", by=pilot.owner, at=NOW)


def _watch(pilot: Pilot) -> None:
    left, right = (make_run(version=make_version(1, suite=make_suite(name))).targets.get() for name in "ab")
    look = CanaryLook.objects.create(
        deployment=left.deployment,
        target=left,
        fingerprint="f",
        number=1,
        cases=1,
        sentence="Baseline.",
        looked_at=NOW,
    )
    CanaryAcceptance.objects.create(look=look, reason="Known.", by=pilot.owner, at=NOW)
    ComparisonWaiver.objects.create(
        left=left, right=right, differences=["Other tasks."], reason="Known.", by=pilot.owner, at=NOW
    )


def _doubt(pilot: Pilot) -> None:
    quarantine = Quarantine.objects.create(
        pilot=pilot,
        number=1,
        starts_at=NOW - timedelta(days=1),
        ends_at=NOW,
        reason="Broken clock.",
        rows=1,
        before={},
        after={},
        needs_second=False,
        proposed_by=pilot.owner,
        proposed_at=NOW,
    )
    QuarantineAct.objects.create(quarantine=quarantine, kind="applied", by=pilot.owner, at=NOW)
    Review.objects.create(
        pilot=pilot,
        unit_id="a",
        source="person",
        verdict="accepted",
        reviewer=pilot.owner,
        reviewed_at=NOW,
        recorded_at=NOW,
    )


def _propose(pilot: Pilot) -> None:
    verdict, decision = Verdict.objects.get(pilot=pilot), Decision.objects.get()
    Answer.objects.create(
        pilot=pilot,
        question="time_gained",
        text="A",
        confidence="high",
        written_by=pilot.owner,
        written_at=NOW,
    )
    Proposal.objects.create(
        pilot=pilot, recommends="stop", note="Enough.", proposed_by=pilot.owner, proposed_at=NOW
    )
    SignedMemo.objects.create(decision=decision, data="{}", pdf=b"%PDF", made_at=NOW)
    first = FirstSignature.objects.create(
        pilot=pilot,
        outcome="go",
        reason="It works.",
        verdict=verdict,
        memo="{}",
        needed_because="The flag is stop.",
        review_on=NOW.date(),
        signed_by=pilot.decider,
        signed_at=NOW,
    )
    SecondSignature.objects.create(first=first, kind="declined", reason="No.", by=pilot.owner, at=NOW)


def changed_by(
    act: Callable[[Any], object], records: list[WriteOnce], error: type[Exception], words: str
) -> list[type]:
    """The records that let it happen, or refuse it in other words."""
    return [type(record) for record in records if not _is_refused(act, record, error, words)]


def _is_refused(act: Callable[[Any], object], record: WriteOnce, error: type[Exception], words: str) -> bool:
    try:
        with transaction.atomic():
            act(record)
    except error as refusal:
        return words in str(refusal)
    return False


def test_saving_again_is_refused_in_words(records: list[WriteOnce]) -> None:
    assert changed_by(lambda record: record.save(), records, WrittenOnce, "is kept as written") == []


def test_deleting_is_refused_in_words(records: list[WriteOnce]) -> None:
    assert changed_by(lambda record: record.delete(), records, WrittenOnce, "is kept as written") == []


@pytest.mark.parametrize(
    "statement", ["UPDATE {table} SET id = id", "DELETE FROM {table}", "TRUNCATE {table} CASCADE"]
)
def test_raw_sql_is_refused_by_the_database(records: list[WriteOnce], statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE would complain of them first

        def run(record: WriteOnce) -> None:
            cursor.execute(statement.format(table=record._meta.db_table))

        assert changed_by(run, records, DatabaseError, "append-only") == []


def test_the_queryset_is_no_way_round(records: list[WriteOnce]) -> None:
    def update(record: WriteOnce) -> None:
        type(record)._base_manager.filter(pk=record.pk).update(id=record.pk)

    assert changed_by(update, records, DatabaseError, "append-only") == []
