"""Texts that are kept no longer: what was asked and answered goes, hashes, scores, tokens and costs stay."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from evaluations.models import Attempt, Case, Result, Run, SuiteVersion

FORGET = "SELECT evaluations_forget_texts(%s, %s)"


def told_by(run: Run, *, before: datetime) -> int:
    """How many results and calls of the run still hold texts of before then."""
    results = Result.objects.filter(target__run=run, asked_at__lt=before).exclude(answer="", detail="")
    calls = Attempt.objects.filter(target__run=run, started_at__lt=before).exclude(detail="")
    return results.count() + calls.count()


def forget_answers(run: Run, *, before: datetime) -> int:
    """How many results and calls lost their texts. Safe to repeat."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FORGET, [run.pk, before])
        return int(cursor.fetchone()[0])


def unused_since(before: datetime) -> QuerySet[SuiteVersion]:
    """Versions that were neither made nor asked since then, and still have their texts."""
    asked = Run.objects.filter(created_at__gte=before) | Run.objects.unfinished()
    return SuiteVersion.objects.filter(texts_erased_at=None, created_at__lt=before).exclude(runs__in=asked)


@transaction.atomic
def forget_cases(version: SuiteVersion, *, now: datetime) -> int:
    """How many cases lost their texts; keys, scenarios and the hash of the version stay. Nothing is asked from it again."""
    version.texts_erased_at = now
    version.save(update_fields=["texts_erased_at"])
    return Case.objects.filter(version=version).update(input="", expected="", messages=[], variables={})
