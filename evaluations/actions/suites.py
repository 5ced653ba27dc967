"""Cases of a suite: every set of them is a version, named by its content."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from evaluations.actions.canonical import sha256_of_list
from evaluations.actions.case_rows import FAULTS_SHOWN, CaseDraft, CasesRefused, RowFault, read_jsonl
from evaluations.actions.fitting import misfit
from evaluations.models import Case, Suite, SuiteVersion
from evaluations.models.suite import Provenance

INSERT_BATCH = 2000


def save_version(*, suite: Suite, cases: Iterable[CaseDraft], by: User | None, now: datetime) -> SuiteVersion:
    """The version of exactly these cases: a new one, or the one that already holds the same content.

    All or nothing. Raises CasesRefused for no cases at all, for an id used twice, and for a case that the suite's
    scorer cannot judge. The order of the cases does not count.
    """
    drafts = sorted(cases, key=lambda draft: draft.key)
    _refuse_unfit(suite, drafts)
    content_hash = sha256_of_list(draft.content() for draft in drafts)
    with transaction.atomic():
        Suite.objects.select_for_update().get(pk=suite.pk)
        existing = suite.versions.filter(content_hash=content_hash).first()
        return existing or _create(suite, drafts, content_hash, by, now)


def import_jsonl(
    *,
    suite: Suite,
    data: bytes,
    by: User | None,
    now: datetime,
    provenance: str = Provenance.REAL.value,
) -> SuiteVersion:
    """Cases as JSON lines (`id`, `input`, `expected`, `scenario`, `must_abstain`, `provenance`), as one version.

    `provenance` counts for rows that name none. Raises CasesRefused; then nothing was stored.
    """
    return save_version(suite=suite, cases=read_jsonl(data, provenance=provenance), by=by, now=now)


def _refuse_unfit(suite: Suite, drafts: list[CaseDraft]) -> None:
    if not drafts:
        raise CasesRefused([RowFault(0, "A version needs at least one case.")])
    faults: list[RowFault] = []
    before = ""
    for draft in drafts:
        if draft.key == before:
            faults.append(RowFault(0, f"The id {draft.key!r} is used twice. Give each case its own."))
        before = draft.key
        if reason := misfit(
            suite.scorer, suite.scorer_options, expected=draft.expected, must_abstain=draft.must_abstain
        ):
            faults.append(RowFault(0, f"Case {draft.key!r}: {reason}"))
        if len(faults) >= FAULTS_SHOWN:
            break
    if faults:
        raise CasesRefused(faults)


def _create(
    suite: Suite, drafts: list[CaseDraft], content_hash: str, by: User | None, now: datetime
) -> SuiteVersion:
    newest = suite.versions.order_by("-number").first()
    version = SuiteVersion.objects.create(
        suite=suite,
        number=newest.number + 1 if newest else 1,
        content_hash=content_hash,
        case_count=len(drafts),
        created_by=by,
        created_at=now,
    )
    Case.objects.bulk_create(
        (Case(version=version, **draft.content()) for draft in drafts), batch_size=INSERT_BATCH
    )
    return version
