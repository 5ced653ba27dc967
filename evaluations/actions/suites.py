"""Cases of a suite: every set of them is a version, named by its content."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from django.contrib.auth.models import User
from django.db import transaction

from evaluations.actions import staging
from evaluations.actions.canonical import canonical_json
from evaluations.actions.fitting import Fit
from evaluations.formats import cases as files
from evaluations.formats import native
from evaluations.formats.cases import PROMPTFOO
from evaluations.formats.draft import BadRow, CaseDraft
from evaluations.formats.report import Coverage, Reading, Rows
from evaluations.models import Suite, SuiteVersion

FAULTS_SHOWN = 20
SAMPLE = 5
PROGRESS_EVERY = 1000  # rows
NONE_FOUND = 'No cases found. Send one JSON object a line: {"id": "…", "input": "…"}.'
OWN_CHECKS = (
    "These tests carry checks of their own, but the suite's scorer is {scorer!r}. "
    "Set the suite's scorer to 'checks', then import again."
)
LEFT_OUT = (
    "{words} Nothing was imported, since the rest would ask for less than the file does. Correct the assertions, or "
    "import what can be taken over on purpose: tick “Import without them”, or pass partial=true or --partial."
)


@dataclass(frozen=True, slots=True)
class RowFault:
    """`row` counts from 1; 0 means the rows as a whole."""

    row: int
    message: str

    def __str__(self) -> str:
        return f"Row {self.row}: {self.message}" if self.row else self.message


class CasesRefused(Exception):
    """Nothing was stored. `faults` holds the first of them, in order of their rows."""

    def __init__(self, faults: list[RowFault], coverage: Coverage | None = None) -> None:
        self.faults = faults[:FAULTS_SHOWN]
        self.coverage = coverage or Coverage()
        super().__init__(" ".join(str(fault) for fault in self.faults))


@dataclass(slots=True)
class Imported:
    """What an import stored or, when it was only tried, would store. `version` is None where it was only tried and is
    new; `created` tells a new version from one that held this very content already."""

    version: SuiteVersion | None
    created: bool
    format: str
    count: int
    coverage: Coverage
    scenarios: Counter[str] = field(default_factory=Counter)
    sample: list[CaseDraft] = field(default_factory=list)


class _OnlyTried(Exception):
    """Takes back what a dry run wrote."""


def save_version(
    *,
    suite: Suite,
    cases: Iterable[CaseDraft],
    by: User | None,
    now: datetime,
    judged_elsewhere: bool = False,
) -> SuiteVersion:
    """The version of exactly these cases: a new one, or the one that already holds the same content.

    All or nothing. Raises CasesRefused for no cases at all, for an id used twice, and for a case that the suite's
    scorer cannot judge, unless they were `judged_elsewhere`. The order of the cases does not count.
    """
    reading = Reading("jsonl", enumerate(cases, 1), Coverage())
    imported = _import(suite, reading, by=by, now=now, fit=None if judged_elsewhere else _fit(suite))
    assert imported.version is not None
    return imported.version


def import_rows(
    *,
    suite: Suite,
    rows: Iterable[object],
    by: User | None,
    now: datetime,
    provenance: str = "real",
    dry_run: bool = False,
) -> Imported:
    """Rows of our own format that are parsed already, as one version. Raises CasesRefused."""
    found = native.from_objects(enumerate(rows, 1), provenance=provenance)
    return _import(
        suite, Reading("jsonl", found, Coverage()), by=by, now=now, dry_run=dry_run, fit=_fit(suite)
    )


def import_file(
    *,
    suite: Suite,
    stream: IO[bytes],
    by: User | None,
    now: datetime,
    name: str = "",
    format: str = "",
    provenance: str = "real",
    partial: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """A file of cases in any of `formats.cases.FORMATS` ("" recognises it), as one version; read once, row by row.

    `provenance` counts for rows that name none. `partial` takes promptfoo tests over without the assertions that
    cannot be. `progress` is told the number of rows every thousand. Raises CasesRefused; then nothing was stored.
    """
    try:
        reading = files.read(stream, name=name, format=format, provenance=provenance)
        if reading.format in PROMPTFOO and suite.scorer != "checks":
            raise CasesRefused([RowFault(0, OWN_CHECKS.format(scorer=suite.scorer))])
        return _import(
            suite,
            reading,
            by=by,
            now=now,
            name=name,
            partial=partial,
            dry_run=dry_run,
            progress=progress,
            fit=_fit(suite),
        )
    except BadRow as fault:
        raise CasesRefused([RowFault(0, str(fault))]) from fault


def _import(
    suite: Suite,
    reading: Reading,
    *,
    by: User | None,
    now: datetime,
    name: str = "",
    partial: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
    fit: Fit | None,
) -> Imported:
    imported = Imported(None, False, reading.format, 0, reading.coverage)
    try:
        with transaction.atomic():
            faults: list[RowFault] = []
            with staging.opened() as write:
                for row, draft in _fitting(fit, reading.rows, faults):
                    write(row, draft.key, canonical_json(draft.content()))
                    _count(imported, draft, progress)
            _refuse(imported, faults, partial)
            content_hash = _hash(staging.contents())
            Suite.objects.select_for_update().get(pk=suite.pk)
            imported.version = suite.versions.filter(content_hash=content_hash).first()
            imported.created = imported.version is None
            if dry_run:
                raise _OnlyTried
            if imported.version is None:
                imported.version = _create(suite, imported, content_hash, name, by, now)
    except _OnlyTried:
        pass
    return imported


def _fit(suite: Suite) -> Fit:
    return Fit(suite.scorer, suite.scorer_options)


def _fitting(fit: Fit | None, rows: Rows, faults: list[RowFault]) -> Iterator[tuple[int, CaseDraft]]:
    """The cases that the scorer can judge; the others go to `faults`, until there are enough."""
    for row, draft in rows:
        if isinstance(draft, BadRow):
            faults.append(RowFault(row, str(draft)))
        elif fit and (reason := fit.reason(expected=draft.expected, must_abstain=draft.must_abstain)):
            faults.append(RowFault(row, reason))
        else:
            yield row, draft
        if len(faults) >= FAULTS_SHOWN:
            return


def _count(imported: Imported, draft: CaseDraft, progress: Callable[[int], None] | None) -> None:
    imported.count += 1
    imported.scenarios.update({draft.scenario} if draft.scenario else {""})
    if len(imported.sample) < SAMPLE:
        imported.sample.append(draft)
    if progress and imported.count % PROGRESS_EVERY == 0:
        progress(imported.count)


def _refuse(imported: Imported, faults: list[RowFault], partial: bool) -> None:
    coverage = imported.coverage
    for row, key, first in staging.duplicates(FAULTS_SHOWN):
        faults.append(
            RowFault(row, f"the id {key!r} is already used in row {first}. Give each case its own.")
        )
    if faults:
        raise CasesRefused(sorted(faults, key=lambda fault: fault.row), coverage)
    if coverage.refused and not partial:
        listed = [RowFault(one.row, f"{one.what} is left out: {one.reason}") for one in coverage.refusals]
        raise CasesRefused([RowFault(0, LEFT_OUT.format(words=coverage.words())), *listed], coverage)
    if not imported.count:
        raise CasesRefused([RowFault(0, NONE_FOUND)], coverage)


def _hash(contents: Iterable[str]) -> str:
    """SHA-256 of the JSON list of all cases, in order of their keys, without holding it."""
    digest = hashlib.sha256(b"[")
    for index, content in enumerate(contents):
        digest.update((("," if index else "") + content).encode())
    digest.update(b"]")
    return digest.hexdigest()


def _create(
    suite: Suite, imported: Imported, content_hash: str, name: str, by: User | None, now: datetime
) -> SuiteVersion:
    newest = suite.versions.order_by("-number").first()
    coverage = imported.coverage
    origin: dict[str, object] = {
        "format": imported.format,
        "file": "" if name.startswith(".") else name[:255],
    }
    if coverage.assertions:
        origin |= {
            "assertions": coverage.assertions,
            "taken": coverage.taken,
            "refused": [str(refusal) for refusal in coverage.refusals],
        }
    version = SuiteVersion.objects.create(
        suite=suite,
        number=newest.number + 1 if newest else 1,
        content_hash=content_hash,
        case_count=imported.count,
        origin=origin,
        created_by=by,
        created_at=now,
    )
    staging.move_to(version.pk)
    return version
