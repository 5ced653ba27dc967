"""Texts of pilots that the organisation keeps no longer, by data class: erased for good, and what rests on them holds."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from evaluations.actions import forgetting
from evaluations.actions.texts import hash_of
from evaluations.models import Run, SuiteVersion
from pilots.actions import audit
from pilots.models import EvaluationSchedule, Failure, FailurePicture, Pilot, PilotRun, Review
from pilots.models.failure import EXCERPTS
from pilots.models.pilot import SETTLED
from pilots.queries import text_policy

FORGET_NOTES = "SELECT pilots_forget_notes(%s, %s)"


def forget_due(*, now: datetime, dry_run: bool = False) -> Counter[str]:
    """How many answers, failures, reviews and cases lost their texts, or would. Each pilot, run and suite in a transaction
    of its own: what is cut off goes on where it was."""
    found: Counter[str] = Counter()
    for data_class in settings.TEXTS_KEPT_DAYS:
        before = text_policy.kept_since(data_class, now=now)
        if before is None:
            continue
        for pilot in Pilot.objects.filter(data_class=_stored(data_class)).order_by("pk"):
            found += _of_pilot(pilot, before=before, now=now, dry_run=dry_run)
        if data_class == text_policy.NONE:
            theirs = PilotRun.objects.values("run")
            found["answers"] += _answers(Run.objects.exclude(pk__in=theirs), before, dry_run=dry_run)
    for version in _versions_due(now=now):
        cases = version.cases.count() if dry_run else forgetting.forget_cases(version, now=now)
        found["cases"] += cases
    return found


def _of_pilot(pilot: Pilot, *, before: datetime, now: datetime, dry_run: bool) -> Counter[str]:
    runs = Run.objects.filter(pk__in=PilotRun.objects.filter(pilot=pilot).values("run"))
    found = Counter(answers=_answers(runs, before, dry_run=dry_run))
    with transaction.atomic():
        found["failures"] = _failures(pilot, before, dry_run=dry_run)
        found["reviews"] = _reviews(pilot, before, dry_run=dry_run)
        if gone := _pictures(pilot, before, dry_run=dry_run):
            found["pictures"] = gone
        if any(found.values()) and not dry_run:
            audit.record(
                verb="texts.forgotten",
                pilot=pilot,
                now=now,
                reason=f"Texts of before {before:%-d %B %Y} are not kept, as the organisation asks.",
                after=dict(found),
            )
    return found


def _answers(runs: QuerySet[Run], before: datetime, *, dry_run: bool) -> int:
    act = forgetting.told_by if dry_run else forgetting.forget_answers
    return sum(act(run, before=before) for run in runs.filter(created_at__lt=before).order_by("pk"))


def _failures(pilot: Pilot, before: datetime, *, dry_run: bool) -> int:
    told = Failure.objects.filter(pilot=pilot, reported_at__lt=before).exclude(**dict.fromkeys(EXCERPTS, ""))
    if dry_run:
        return told.count()
    rows = list(told.select_for_update())
    for row in rows:
        known = {name: hash_of(getattr(row, name)) for name in EXCERPTS}
        row.hashes = {name: digest for name, digest in known.items() if digest} | row.hashes
        for name in EXCERPTS:
            setattr(row, name, "")
    Failure.objects.bulk_update(rows, ["hashes", *EXCERPTS], batch_size=500)
    return len(rows)


def _pictures(pilot: Pilot, before: datetime, *, dry_run: bool) -> int:
    told = FailurePicture.objects.filter(pilot=pilot, added_at__lt=before)
    return told.count() if dry_run else told.delete()[0]


def _reviews(pilot: Pilot, before: datetime, *, dry_run: bool) -> int:
    if dry_run:
        return Review.objects.filter(pilot=pilot, recorded_at__lt=before).exclude(note="").count()
    with connection.cursor() as cursor:
        cursor.execute(FORGET_NOTES, [pilot.pk, before])
        return int(cursor.fetchone()[0])


def _versions_due(*, now: datetime) -> Iterator[SuiteVersion]:
    """Versions that no open pilot is asked from, and nobody used for as long as the strictest of their classes allows."""
    for version in forgetting.unused_since(now).order_by("pk"):
        schedules = EvaluationSchedule.objects.filter(suite_version=version)
        pilots = Pilot.objects.filter(
            Q(schedules__in=schedules) | Q(runs__in=PilotRun.objects.filter(run__suite_version=version))
        ).distinct()
        if pilots.exclude(state__in=SETTLED).exists():
            continue
        classes = set(pilots.values_list("data_class", flat=True)) or {""}
        limits = [since for each in classes if (since := text_policy.kept_since(each, now=now))]
        if limits and forgetting.unused_since(max(limits)).filter(pk=version.pk).exists():
            yield version


def _stored(data_class: str) -> str:
    return "" if data_class == text_policy.NONE else data_class
