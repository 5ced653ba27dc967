"""A pilot goes to another instance whole, under other keys and names, and its evidence holds there."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection

from evaluations.models import Result, Run
from evaluations.models.run import RunState
from pilots.actions import charters, findings, memos, rollups, runs, tokens, transfer, verdicts
from pilots.actions.transfer import TransferRefused
from pilots.actions.transfer.tables import STAYS, moved, rows_of
from pilots.judging import evidence
from pilots.judging.canonical import digest
from pilots.memos.structure import Document
from pilots.models import Decision, Failure, Measurement, Pilot, Token
from pilots.queries import chains, facts, plans
from tests.copied_rows import copied, filled_tables
from tests.evaluations.builders import make_prompt, make_suite, make_version
from tests.factories import (
    NOW,
    answer_all,
    make_failures,
    make_metric,
    make_owner,
    make_running_pilot,
    make_token,
    make_user,
    make_worse_pilot,
    sign,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
@copied
def pilot() -> Pilot:
    """Measured by a script and by a run, judged, failed at, and signed."""
    made = make_worse_pilot()
    User.objects.filter(pk=made.owner_id).update(email="olga@example.org", first_name="Olga", last_name="Ode")
    made.readers.add(make_user("reader", "Reviewers"))
    _run(made)
    token = make_token(made)[0]
    failure = {"severity": "major", "type": "wrong", "input": "A", "expected": "B"}
    findings.report_failure(pilot=made, values=failure, by=None, token=token, now=NOW)
    charters.write_version(pilot=made, reason="Said again.", by=made.owner, now=NOW)
    answer_all(made)
    make_failures(made)
    verdicts.judge(pilot_id=made.pk, now=NOW)
    memos.propose(pilot=made, recommends="stop", note="Worse.", by=made.owner, now=NOW)
    sign(made, "stop", lessons="Ask sooner.")
    return made


def _run(pilot: Pilot) -> None:
    version = make_version(2, suite=make_suite())
    pilot.candidates.update(prompt=make_prompt(version.suite))
    metric = make_metric(pilot, "right", estimand="rate", unit="", cap=None, floor=None)
    pilot.schedules.create(suite_version=version, every_hours=24, next_run_at=NOW, quality_metric=metric)
    run = runs.start_due(now=NOW)[0].run
    for target in run.targets.all():
        for case in version.cases.all():
            told = {"score": 1.0, "passed": True, "answer": "billing", "asked_at": NOW}
            Result.objects.create(target=target, case=case, outcome="ok", **told)
    Run.objects.filter(pk=run.pk).update(state=RunState.DONE, started_at=NOW, finished_at=NOW)
    runs.absorb(run_id=run.pk, now=NOW)


def exported(pilot: Pilot) -> io.BytesIO:
    archive = io.BytesIO()
    transfer.leave(pilot, archive, now=NOW)
    archive.seek(0)
    return archive


def move_to_another_instance() -> None:
    """This database becomes another's: nothing of the pilot is left, and its numbers are taken by others."""
    with connection.cursor() as cursor, pgtrigger.ignore():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(filled_tables())} RESTART IDENTITY CASCADE")


def known(pilot: Pilot) -> str:
    _, plan = plans.current(pilot)
    return evidence.input_digest(plan, facts.load(pilot, plan, as_of=NOW))


def changed(archive: io.BytesIO, change: Callable[[str, bytes], bytes]) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    made.seek(0)
    return made


def test_it_arrives_with_all_it_had_and_its_evidence_holds(pilot: Pilot) -> None:
    before = {label: rows_of(pilot, label).count() for label in moved()}
    secret = tokens.create(name="script", scopes=["read"], pilots=[pilot], by=pilot.owner, now=NOW)[1]
    before["pilots.event"] += 1
    said, heads = known(pilot), chains.heads()
    archive = exported(pilot)
    move_to_another_instance()
    would = transfer.arrive(archive, now=NOW, dry_run=True)
    assert (would.records, Pilot.objects.count(), User.objects.count()) == (2, 0, 0)
    owner = make_owner("another", email="OLGA@example.org")
    make_running_pilot("other", owner=owner)

    found = transfer.arrive(archive, now=NOW)

    here = Pilot.objects.get(slug=pilot.slug)
    after = {label: rows_of(here, label).count() for label in moved()}
    assert after == before | {"pilots.event": before["pilots.event"] + 1}  # that it was imported
    assert (here.owner, chains.heads()[here.slug], known(here)) == (owner, heads[here.slug], said)
    assert (chains.verify(here).differences, rollups.recount(pilot=here, now=NOW).differences) == ([], [])
    decision = Decision.objects.get(pilot=here)
    kept = decision.memo
    assert digest(kept.data.encode()) == kept.data_hash == Document.read(kept.data, kept.persons).hash
    assert sorted(found.placeholders) == sorted([pilot.decider.username, "reader"])
    assert not User.objects.filter(username__in=found.placeholders, is_active=True).exists()
    assert list(here.readers.values_list("username", flat=True)) == ["reader"]

    _point_to_what_came_along(here)
    with pytest.raises(TransferRefused, match="already"):
        transfer.arrive(archive, now=NOW)
    assert tokens.find(secret, now=NOW) is None
    assert not Token.objects.filter(pilots=here, revoked_at=None).exists()
    assert not here.schedules.filter(enabled=True).exists()


def _point_to_what_came_along(pilot: Pilot) -> None:
    row = Measurement.objects.filter(pilot=pilot, metric__key="right").first()
    assert row is not None
    result = Result.objects.get(pk=row.context["result"])
    assert (result.target.run_id, result.answer) == (row.context["run"], "billing")
    token = Failure.objects.filter(pilot=pilot).exclude(token=None).get().token
    assert token is not None
    assert not token.is_valid(now=NOW)


def _other_rows(name: str, content: bytes) -> bytes:
    return content.replace(b'"stop"', b'"go"') if name == "rows/pilots.decision.jsonl" else content


def _other_record(name: str, content: bytes) -> bytes:
    """A record that was changed, by somebody who wrote its new hash into the manifest."""
    if name == "rows/pilots.verdict.jsonl":
        return _lied(content)
    if name != "manifest.json":
        return content
    manifest = json.loads(content)
    manifest["files"]["pilots.verdict"]["sha256"] = LIED.pop()
    return json.dumps(manifest).encode()


LIED: list[str] = []


def _lied(content: bytes) -> bytes:
    made = content.replace(b"Worse", b"Better").replace(b"worse", b"better")
    assert made != content
    LIED.append(digest(made))
    return made


def _cut(name: str, content: bytes) -> bytes:
    return content[:-40] if name == "rows/pilots.event.jsonl" else content


def _other_version(name: str, content: bytes) -> bytes:
    return (
        content.replace(b'"versions": {', b'"versions": {"x": "1", ') if name == "manifest.json" else content
    )


def test_a_changed_archive_or_a_bomb_is_refused_and_nothing_is_left(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = exported(pilot)
    archives = [changed(whole, each) for each in (_other_rows, _other_record, _cut, _other_version)]
    move_to_another_instance()

    for archive in [*archives, io.BytesIO(b"no archive"), io.BytesIO()]:
        with pytest.raises(TransferRefused):
            transfer.arrive(archive, now=NOW)
    monkeypatch.setattr("pilots.actions.transfer.arriving.LARGEST_WHOLE", 10_000)
    with pytest.raises(TransferRefused, match="unpacks to more"):
        transfer.arrive(whole, now=NOW)

    assert (Pilot.objects.count(), User.objects.count()) == (0, 0)


def test_every_table_moves_or_stays_and_a_pilot_finds_its_rows_in_each(pilot: Pilot) -> None:
    every = {
        model._meta.label_lower
        for app in ("evaluations", "pilots")
        for model in apps.get_app_config(app).get_models()
    }

    assert set(moved()) | STAYS == every
    assert all(rows_of(pilot, label).count() >= 0 for label in moved())


def a_sealed(*_: Any) -> bool:
    return True


def test_a_pilot_whose_rows_were_retired_stays(pilot: Pilot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilots.actions.rollups.sealing.is_sealed", a_sealed)

    with pytest.raises(TransferRefused, match="retired"):
        exported(pilot)
