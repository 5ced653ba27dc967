"""What people do with failures: sort many at once, take over answers of runs, make a test case of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from evaluations.actions import suites
from evaluations.actions.suites import CasesRefused
from evaluations.formats.draft import CaseDraft
from evaluations.models import Case as TestCase
from evaluations.models import Result, Suite, SuiteVersion
from evaluations.models.run import Outcome
from pilots import permissions
from pilots.actions import audit, findings
from pilots.actions.refusals import NotAllowed, Refused, Unfit
from pilots.models import Candidate, Failure, Pilot
from pilots.models.failure import FailureType
from pilots.queries.failures import unrecorded

TAGS = ("severity", "type", "status", "cause", "scenario")
EXCERPT = 2_000
TYPES = {
    Outcome.REFUSED: FailureType.REFUSED,
    Outcome.BLOCKED: FailureType.REFUSED,
    Outcome.TIMEOUT: FailureType.LATE,
    Outcome.ABSTAINED: FailureType.ESCALATED,
    Outcome.ESCALATED: FailureType.ESCALATED,
    Outcome.ERROR: FailureType.FORMAT,
}
"""What an outcome is a failure of; an answer that did not pass is wrong."""


@transaction.atomic
def tag(*, pilot: Pilot, numbers: Sequence[int], values: Mapping[str, str], by: User, now: datetime) -> int:
    """Sets the same tags on many; empty ones stay as they are. How many there were. Raises NotAllowed, Refused, Unfit."""
    if not permissions.may_report(by, pilot):
        raise NotAllowed("People with a part in this pilot and reviewers sort its failures.")
    chosen = {name: value.strip() for name, value in values.items() if name in TAGS and value.strip()}
    rows = list(Failure.objects.select_for_update().filter(pilot=pilot, pk__in=numbers).order_by("pk"))
    if not rows or not chosen:
        raise Refused("Tick the failures, and choose what they are.", code="nothing_chosen")
    for row in rows:
        before = {name: getattr(row, name) for name in chosen}
        for name, value in chosen.items():
            setattr(row, name, value)
        try:
            row.clean_fields()
        except ValidationError as error:
            raise Unfit(error) from error
        row.save(update_fields=list(chosen))
        after = {"id": row.pk, **chosen}
        audit.record(
            verb="failure.tagged", pilot=pilot, by=by, now=now, before={"id": row.pk, **before}, after=after
        )
    return len(rows)


@transaction.atomic
def take_over(
    *, pilot: Pilot, numbers: Sequence[int], values: Mapping[str, str], by: User, now: datetime
) -> int:
    """Records answers of the pilot's runs that did not pass as failures, each once. Raises NotAllowed, Refused, Unfit."""
    results = list(unrecorded(pilot).filter(pk__in=numbers).select_related("case", "target").order_by("pk"))
    if not results:
        raise Refused("Tick the answers that are failures.", code="nothing_chosen")
    candidates = {each.slug: each for each in pilot.candidates.all()}
    for result in results:
        findings.report_failure(
            pilot=pilot,
            values=of_result(result, candidates, values),
            by=by,
            token=None,
            now=now,
        )
    return len(results)


@transaction.atomic
def promote(*, failure: Failure, suite: Suite, by: User, now: datetime) -> SuiteVersion:
    """A new version of the suite with the failure as one more case. Raises NotAllowed, Refused."""
    if not permissions.may_run(by, failure.pilot):
        raise NotAllowed("The owner and the deputy decide what is tested.")
    if failure.result_id:
        raise Refused("It came from a test case already.", code="is_a_case")
    if not failure.input.strip() or not failure.expected.strip():
        raise Refused(
            "A test case needs what was asked and what should have come: complete the failure first.",
            code="incomplete",
        )
    Suite.objects.select_for_update().get(pk=suite.pk)
    newest = suite.versions.order_by("-number").first()
    if newest and newest.texts_erased_at:
        raise Refused(f"The texts of {newest} were erased. Choose another suite.", code="texts_erased")
    known = TestCase.objects.filter(version=newest).order_by("key") if newest else []
    key = f"failure-{failure.pk}"
    drafts = [_draft(case) for case in known if case.key != key]
    provenance = "demo" if failure.pilot.is_demo else "real"
    drafts.append(
        CaseDraft(
            key=key,
            input=failure.input,
            expected=failure.expected,
            scenario=failure.scenario,
            provenance=provenance,
            tags=("failure",),
        )
    )
    try:
        version = suites.save_version(suite=suite, cases=drafts, by=by, now=now)
    except CasesRefused as refusal:
        raise Refused(str(refusal), code="case_refused") from refusal
    audit.record(
        verb="failure.promoted",
        pilot=failure.pilot,
        by=by,
        now=now,
        after={"id": failure.pk, "suite": suite.slug, "version": version.number},
    )
    return version


def of_result(
    result: Result, candidates: Mapping[str, Candidate], values: Mapping[str, str]
) -> dict[str, object]:
    """What an example of failure says that an answer of a run is. `values` are what a person says of it."""
    expected = result.case.expected
    return {
        "severity": values.get("severity") or "minor",
        "type": values.get("type") or TYPES.get(Outcome(result.outcome), FailureType.WRONG),
        "cause": values.get("cause", "").strip(),
        "scenario": result.case.scenario,
        "input": result.case.input[:EXCERPT],
        "output": result.words[:EXCERPT],
        "expected": expected if isinstance(expected, str) else str(expected)[:EXCERPT],
        "unit_id": result.case.unit_id,
        "candidate": candidates.get(result.target.key),
        "result": result,
        "external_id": f"result-{result.pk}",
    }


def _draft(case: TestCase) -> CaseDraft:
    return CaseDraft(
        key=case.key,
        input=case.input,
        expected=case.expected,
        scenario=case.scenario,
        must_abstain=case.must_abstain,
        provenance=case.provenance,
        tags=tuple(case.tags),
        unit_id=case.unit_id,
        messages=tuple(case.messages),
        variables=case.variables,
    )
